type Mapping = Record<string, unknown>;

const isMapping = (value: unknown): value is Mapping =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The mapping with the other laid over it: mappings are merged, all else is replaced. */
export function merged(below: Mapping, over: Mapping = {}): Mapping {
  const laid = Object.entries(over).map(([key, value]) => {
    const beneath = below[key];
    return [key, isMapping(value) && isMapping(beneath) ? merged(beneath, value) : value];
  });
  return { ...below, ...Object.fromEntries(laid) };
}
