import { MendflowError } from '../../domain/run/errors.ts';
import type { Vitals } from '../../domain/target/cluster-context.ts';

const rememberedMs = 60_000;
const rememberedCalls = 2_000;

interface CallRecord {
  atMs: number;
  tookMs: number;
  isServerError: boolean;
  isThrottled: boolean;
}

/** How the API server answers us: the last minute of our own calls, at most 2,000 of them. */
export interface VitalSigns {
  /** Runs the call and writes down how it went. */
  watch<T>(call: () => Promise<T>): Promise<T>;
  now(): Vitals;
}

/** `now` is Unix ms. An eviction that a disruption budget refuses is no sign of illness. */
export function createVitalSigns(now: () => number = Date.now): VitalSigns {
  let records: CallRecord[] = [];
  const note = (startedMs: number, error?: unknown) => {
    const code = error instanceof MendflowError ? error.code : undefined;
    const atMs = now();
    records.push({
      atMs,
      tookMs: atMs - startedMs,
      isServerError: code === 'CLUSTER_UNAVAILABLE',
      isThrottled: code === 'RATE_LIMITED',
    });
    if (records.length > rememberedCalls) records = records.slice(-rememberedCalls / 2);
  };
  return {
    async watch(call) {
      const startedMs = now();
      try {
        const answer = await call();
        note(startedMs);
        return answer;
      } catch (error) {
        note(startedMs, error);
        throw error;
      }
    },
    now() {
      records = records.filter(({ atMs }) => atMs > now() - rememberedMs);
      const times = records.map(({ tookMs }) => tookMs).sort((a, b) => a - b);
      return {
        calls: records.length,
        // Rounded down: of fewer than a hundred calls, a single slow one says nothing.
        p99Ms: times[Math.max(0, Math.floor(times.length * 0.99) - 1)] ?? 0,
        serverErrors: records.filter(({ isServerError }) => isServerError).length,
        throttled: records.filter(({ isThrottled }) => isThrottled).length,
      };
    },
  };
}
