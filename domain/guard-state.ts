import type { Verdict } from './permit.ts';
import type { Reason } from './reasons.ts';

/** A granted permit that is not released yet. */
export interface Lease {
  requestId: string;
  workflowId: string;
  runId: string;
  workload: string;
  namespace: string;
  action: string;
  grantedAtMs: number;
  expiresAtMs: number;
}

/** A disruptive act that happened, or that must be assumed to have happened. */
export interface Act {
  workload: string;
  runId: string;
  atMs: number;
}

export interface Pause {
  id: string;
  who: string;
  why: string;
  sinceMs: number;
}

/** The guard's whole memory: plain JSON, kept by continue-as-new. */
export interface GuardState {
  version: 1;
  /** Several at once; all must be lifted. */
  pauses: Pause[];
  leases: Lease[];
  /** Newest last; pruned when no rule can ask for them any more. */
  acts: Act[];
  /** Answers given, so that the same requestId gets the same answer. */
  answers: { requestId: string; verdict: Verdict; atMs: number }[];
}

/** What a decision or a message changes; state = fold(effects). */
export type GuardEffect =
  | { type: 'leaseOpened'; lease: Lease }
  | { type: 'leaseClosed'; requestId: string; acted: boolean; atMs: number }
  | { type: 'answered'; requestId: string; verdict: Verdict; atMs: number }
  | { type: 'paused'; pause: Pause }
  | { type: 'resumed'; id: string }
  | { type: 'workloadReset'; workload: string; who: string; why: string }
  | { type: 'pruned'; nowMs: number };

export type { Reason };
