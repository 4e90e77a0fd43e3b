import type { ApiLimits } from './ports.ts';

/** Limits where nothing else is said; a delivery is answered well inside Alertmanager's recommended timeout of 10 s. */
export const defaultLimits: ApiLimits = {
  bodyLimitBytes: 16 * 1_048_576,
  headersTimeoutMs: 5_000,
  requestTimeoutMs: 10_000,
  connectionsCheckingIntervalMs: 1_000,
  maxConnections: 1_000,
  maxDeliveries: 64,
  maxStarts: 32,
  deliveryDeadlineMs: 7_000,
  maxEventLoopDelayMs: 1_000,
};
