import type { PlannedStep } from '../policy/policy.ts';
import type { Phase, RemediationReport } from './outcome.ts';
import type { Reason } from './reasons.ts';

/** A question to a person, bound to exactly what would be done. */
export interface Question {
  /** Digest over run, target uid, step and parameters; an answer must carry it. */
  digest: string;
  action: string;
  params: Record<string, unknown>;
  /** 2 where the policy wants two people. */
  approvalsNeeded: number;
  approvedBy: string[];
  askedAt: string;
  /** No answer until then counts as rejected. */
  expiresAt: string;
}

/** Answer of the query `status`: the report so far, and what the run waits for. */
export interface RunStatus extends Omit<RemediationReport, 'outcome'> {
  outcome?: RemediationReport['outcome'];
  phase: Phase;
  /** Plain words: what the run waits for, or `nothing`. */
  waitingFor: string;
  /** When the run goes on by itself, RFC 3339 UTC. */
  nextTimerAt?: string;
  mode?: string;
  ladder: PlannedStep[];
  /** Index into `ladder` of the step in hand. */
  currentStep?: number;
  question?: Question;
  /** Who acknowledged the escalation. */
  acknowledgedBy?: string;
  escalationLevel?: number;
  /** Bounded; the same refusal given again is counted. */
  verdicts: {
    at: string;
    verdict: 'grant' | 'hold' | 'deny';
    reason?: Reason;
    detail?: string;
    times?: number;
    lastAt?: string;
    leftOut?: number;
  }[];
}
