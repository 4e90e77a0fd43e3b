import type { GuardSettings, PlannedStep } from './policy.ts';
import type { Reason } from './reasons.ts';
import type { Target } from './target.ts';

/** A run's request to take one step. The same requestId always gets the same answer. */
export interface PermitRequest {
  requestId: string;
  /** Workflow id of the run, to answer to and to name as the holder. */
  workflowId: string;
  runId: string;
  target: Target;
  policy: string;
  allowedNamespaces: string[];
  step: PlannedStep;
  settings: GuardSettings;
  /** Request whose lease this one replaces; the run did nothing under it (it waited for a person). */
  renews?: string;
  /** How long the lease may live: the step's deadline, and the approval's before it. */
  leaseMs: number;
}

/** May we? `grant` gives a lease, `hold` says when to ask again, `deny` is final for this step. */
export type Verdict =
  | { kind: 'grant'; expiresAtMs: number }
  | { kind: 'hold'; reason: Reason; retryAfterMs: number; detail: string }
  | { kind: 'deny'; reason: Reason; detail: string; holder?: string };

/** What a run tells the guard when it is done with a permit. `returned`: no act began. */
export interface PermitRelease {
  requestId: string;
  outcome: 'healthy' | 'unhealthy' | 'returned';
  /** When the act was answered, Unix ms; absent for `returned`. */
  actedAtMs?: number;
}
