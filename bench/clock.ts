/** Milliseconds since 1970 with a microsecond's resolution, by this machine's clock. */
export const preciseNowMs = (): number => performance.timeOrigin + performance.now();
