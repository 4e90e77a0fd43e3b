/** Gives at most `limit` different label values; further ones become `other`, so that a sender cannot grow our metrics. */
export function createLabelBound(limit: number): (value: string) => string {
  const seen = new Set<string>();
  return (value) => {
    if (seen.has(value)) return value;
    if (seen.size >= limit || value.length > 100) return 'other';
    seen.add(value);
    return value;
  };
}
