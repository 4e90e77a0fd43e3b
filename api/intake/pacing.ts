/** Calls back after so many milliseconds. */
export type CallBackAfter = (ms: number, then: () => void) => void;

/** By a timer that keeps no process alive. */
export const callBackAfter: CallBackAfter = (ms, then) => {
  setTimeout(then, ms).unref();
};

/** How much may be spent at once, and the time after which there is one more. */
export interface BucketLimits {
  atOnce: number;
  oneMoreMs: number;
}

/** A token bucket: how much is left at `atMs`; less than none where more was spent than was left. */
export interface TokenBucket {
  left: number;
  atMs: number;
}

/** Adds what has grown since the last time. A clock that was set back adds nothing. */
export function refill(bucket: TokenBucket, { atOnce, oneMoreMs }: BucketLimits, nowMs: number): void {
  const grown = Math.max(0, nowMs - bucket.atMs) / oneMoreMs;
  bucket.left = Math.min(atOnce, bucket.left + grown);
  bucket.atMs = nowMs;
}

/** How long it takes until one may be spent, where none may be now. */
export const msUntilOne = ({ left }: TokenBucket, { oneMoreMs }: BucketLimits): number => (1 - left) * oneMoreMs;

/** Settles as the work does, or after so long, whichever comes first: the work goes on. */
export async function patiently(work: Promise<unknown>, patienceMs: number): Promise<void> {
  await Promise.race([work, new Promise<void>((resolve) => callBackAfter(patienceMs, resolve))]);
}
