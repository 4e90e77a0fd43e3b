/** Remembers the latest `limit` keys; `add` says whether the key is new to it. */
export function createRecent(limit: number): { add(key: string): boolean } {
  const keys = new Set<string>();
  return {
    add(key) {
      const isNew = !keys.delete(key);
      keys.add(key);
      const [oldest] = keys;
      if (keys.size > limit && oldest !== undefined) keys.delete(oldest);
      return isNew;
    },
  };
}
