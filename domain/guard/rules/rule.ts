import type { Reason } from '../../run/reasons.ts';
import type { TimeWindow } from '../calendar.ts';
import type { PermitRequest } from '../permit.ts';
import type { ScopedBudget } from '../settings.ts';
import type { GuardState } from '../state.ts';

/** Bounds for a whole cluster, from the configuration; a policy cannot loosen them. */
export interface GuardLimits {
  /** Token bucket of disruptive acts: `burst` at once, then `perWindow` spread over `windowMs`. */
  budget: { burst: number; perWindow: number; windowMs: number };
  /** Further budgets, for everybody. */
  budgets: readonly ScopedBudget[];
  /** Remediations at the same time. */
  concurrency: { namespace: number; cluster: number };
  /**
   * The breaker opens when more workloads than these alert within the time (in a cluster of more than a hundred nodes in
   * proportion), or this share of a namespace's, at least `atLeast`.
   */
  storm: { workloads: number; percent: number; atLeast: number; withinMs: number; calmMs: number; paceMs: number };
  /** Drains of nodes in the period; one at a time. A drain is one act, however many pods it evicts. */
  drains: { max: number; perMs: number };
  /** The API server and the nodes are unwell beyond these. */
  controlPlane: {
    p99Ms: number;
    serverErrors: number;
    throttledPercent: number;
    notReadyPercent: number;
    /** Fewer calls in a minute prove nothing. */
    minCalls: number;
  };
  /** Time between acts in two different zones. */
  zoneSpacingMs: number;
  /** Runs that were refused and are looked at again, a second at most. */
  sweepPerSecond: number;
  /** No acts of anybody within these times. */
  freezes: readonly TimeWindow[];
}

export const defaultLimits: GuardLimits = {
  budget: { burst: 5, perWindow: 10, windowMs: 600_000 },
  budgets: [],
  concurrency: { namespace: 2, cluster: 5 },
  storm: { workloads: 20, percent: 30, atLeast: 5, withinMs: 300_000, calmMs: 600_000, paceMs: 120_000 },
  drains: { max: 2, perMs: 3_600_000 },
  controlPlane: { p99Ms: 2_000, serverErrors: 5, throttledPercent: 10, notReadyPercent: 30, minCalls: 20 },
  zoneSpacingMs: 60_000,
  sweepPerSecond: 1,
  freezes: [],
};

/** All that a rule may look at. Expired leases are closed already: they stand among the acts. */
export interface RuleInput {
  state: GuardState;
  request: PermitRequest;
  nowMs: number;
  limits: GuardLimits;
}

/** A rule's rejection. `incident` names the trouble that many runs may meet: only the first of them asks a person. */
export type Rejection =
  | { kind: 'hold'; reason: Reason; retryAfterMs: number; detail: string; incident?: string }
  | { kind: 'deny'; reason: Reason; detail: string; holder?: string; speaker?: string; incident?: string };

/** One rule with its manual. */
export interface Rule {
  /** As metrics and docs name it. */
  name: string;
  /** The guard statements (docs/safety.md) that it keeps. */
  statements: readonly string[];
  /** One sentence: when it rejects a step. */
  summary: string;
  reasons: readonly Reason[];
  /** What sets it: fields of a policy (`guards.cooldown`) or of the configuration (`config: guard.budget`). */
  settings: readonly string[];
  /** The rule's rejection, or undefined when it has none. Pure. */
  judge(input: RuleInput): Rejection | undefined;
}

/** Declares a rule. */
export const defineRule = (rule: Rule): Rule => rule;
