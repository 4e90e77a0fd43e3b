/** The activities of the little workflows; `runs` counts them by their word. */
export const activitiesOf = (runs: Map<string, number>, sleep: (ms: number) => Promise<unknown>) => ({
  take: async (ms: number, word: string) => {
    runs.set(word, (runs.get(word) ?? 0) + 1);
    if (ms > 0) await sleep(ms);
    return word;
  },
  give: async (size: number) => 'x'.repeat(size),
});
