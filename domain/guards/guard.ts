import type { GuardState } from '../guard-state.ts';
import type { PermitRequest, Verdict } from '../permit.ts';

/** Bounds for a whole cluster, from the configuration; a policy cannot loosen them. */
export interface GuardLimits {
  /** Token bucket of disruptive acts: `burst` at once, then `perWindow` spread over `windowMs`. */
  budget: { burst: number; perWindow: number; windowMs: number };
  /** Remediations at the same time. */
  concurrency: { namespace: number; cluster: number };
}

export const defaultLimits: GuardLimits = {
  budget: { burst: 5, perWindow: 10, windowMs: 600_000 },
  concurrency: { namespace: 2, cluster: 5 },
};

/** All that a rule may look at. Expired leases are closed already: they stand among the acts. */
export interface GuardInput {
  state: GuardState;
  request: PermitRequest;
  nowMs: number;
  limits: GuardLimits;
}

/** A rule's objection, or undefined when it has none. */
export type Objection = Exclude<Verdict, { kind: 'grant' }> | undefined;

/** One rule: pure, judged by itself. */
export type Guard = (input: GuardInput) => Objection;
