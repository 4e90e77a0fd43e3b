/** Milliseconds since 1970 with a microsecond's resolution, by this machine's clock. */
export const preciseNowMs = (): number => performance.timeOrigin + performance.now();

/** Milliseconds since 1970 of an RFC 3339 moment, fractions of a millisecond kept; NaN when it is none. */
export function preciseTimeMs(text: string): number {
  const [, seconds, fraction = '0', zone] = /^(.+:\d{2})(?:\.(\d+))?(Z|[+-]\d{2}:\d{2})$/.exec(text) ?? [];
  return seconds === undefined ? Number.NaN : Date.parse(`${seconds}${zone}`) + Number(`0.${fraction}`) * 1_000;
}
