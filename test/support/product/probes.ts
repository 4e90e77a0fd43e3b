/** The longest that an answer took, asked one after the other while the work runs. Rejects unless each is 200 within 10 s. */
export async function slowestAnswerMs(url: string, work: Promise<unknown>): Promise<number> {
  let isOver = false;
  const watched = work.finally(() => {
    isOver = true;
  });
  let slowestMs = 0;
  while (!isOver) {
    const startMs = performance.now();
    const answer = await fetch(url, { signal: AbortSignal.timeout(10_000) });
    const text = await answer.text();
    if (answer.status !== 200) throw new Error(`${url} was answered with ${answer.status}: ${text}`);
    slowestMs = Math.max(slowestMs, performance.now() - startMs);
  }
  await watched;
  return slowestMs;
}
