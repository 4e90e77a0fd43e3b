/** Paths of the keys that a schema would pass over without a word, because JavaScript gives them a meaning of its own. */
export function hiddenKeys(value: unknown, path: readonly PropertyKey[] = []): PropertyKey[][] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: [PropertyKey, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, inner]) =>
    key === '__proto__' ? [[...path, key]] : hiddenKeys(inner, [...path, key]),
  );
}
