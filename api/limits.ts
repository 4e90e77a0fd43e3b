import type { ApiLimits } from './ports.ts';

/**
 * A value is a string or a container, about 30 bytes in memory; an alert costs 30 of them beside its own. A real alert has
 * one in seven bytes or more, so that it meets the limit of bytes first; one that is made to fill the memory has one in two.
 */
const bytesAValue = 6;

/** What one delivery may hold, and what all of them together may. */
export function bodyLimits({ limitBytes, budgetBytes }: { limitBytes: number; budgetBytes: number }) {
  return {
    bodyLimitBytes: limitBytes,
    maxBodyValues: Math.ceil(limitBytes / bytesAValue),
    bodyBudgetBytes: budgetBytes,
    bodyBudgetValues: Math.ceil(budgetBytes / bytesAValue),
  };
}

/** Limits where nothing else is said; a delivery is answered well inside Alertmanager's recommended timeout of 10 s. */
export const defaultLimits: ApiLimits = {
  ...bodyLimits({ limitBytes: 4 * 1_048_576, budgetBytes: 8 * 1_048_576 }),
  peopleBodyLimitBytes: 262_144,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  connectionsCheckingIntervalMs: 1_000,
  keepAliveTimeoutMs: 4_000,
  maxConnections: 1_000,
  maxConnectionsPerPeer: 200,
  maxDeliveries: 64,
  // A pair of Prometheus servers, each of which sends 10,000 firing alerts again every minute, stays below.
  senderRate: { alertsASecond: 500, alertsAtOnce: 20_000 },
  maxStarts: 32,
  deliveryDeadlineMs: 7_000,
  maxEventLoopDelayMs: 1_000,
};
