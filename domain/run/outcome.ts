import type { Target } from '../target/target.ts';
import type { Evidence } from './evidence.ts';
import type { Reason } from './reasons.ts';
import type { Recorded } from './recorded.ts';

/** How a run ended. */
export const outcomes = [
  'remediated',
  'recovered',
  'merged',
  'notActionable',
  'denied',
  'escalated',
  'aborted',
] as const;
export type Outcome = (typeof outcomes)[number];

/** Where a run is; the search attribute Phase. */
export const phases = [
  'Verifying',
  'AwaitingPermit',
  'AwaitingApproval',
  'Remediating',
  'AwaitingHealthy',
  'Escalated',
  'Closed',
] as const;
export type Phase = (typeof phases)[number];

/** One line of a run's timeline: what, when, why. `at` is RFC 3339 UTC. */
export interface TimelineEntry {
  at: string;
  phase: Phase;
  /** Plain words, for a person. */
  what: string;
  reason?: Reason;
  /** Further facts, short: verdicts, evidence, ids. */
  detail?: Record<string, string | number | boolean>;
  /** How often the same was said, and when last; absent: once. */
  times?: number;
  lastAt?: string;
  /** This line stands for so many that are not kept. */
  leftOut?: number;
}

/** How long each part of the run took, in milliseconds; a person's waiting time stands apart. */
export interface Segments {
  /** Webhook read → verified. */
  receivedToVerifiedMs?: number;
  /** Verified → permit granted, time waiting for a person excluded. */
  verifiedToPermittedMs?: number;
  /** Waiting for approvals, all steps together. */
  awaitingApprovalMs?: number;
  /** Permit granted → first act answered by the API server. */
  permittedToActedMs?: number;
  /** Last act → proven healthy. */
  actedToHealthyMs?: number;
}

/** A step that was taken, and what came of it. */
export interface StepRecord {
  action: string;
  /** What was done, from the action itself. */
  summary: string;
  startedAt: string;
  finishedAt: string;
  /** `kept`: proven healthy after it; `unhealthy`: not healthy within its deadline; `failed`: could not be done; `dryRun`. */
  result: 'kept' | 'unhealthy' | 'failed' | 'dryRun';
  detail?: string;
  /**
   * What is left of a step that changed something: `kept` could be taken back and was not, `reverted` was taken back,
   * `irreversible` cannot be. Absent where nothing was changed.
   */
  effect?: 'kept' | 'reverted' | 'irreversible';
}

/** What came of a step in a word or two: `unhealthy, taken back`. */
export const resultInWords = ({ result, effect }: Pick<StepRecord, 'result' | 'effect'>): string =>
  effect === 'reverted' ? `${result}, taken back` : result;

/** Workflow result: plain JSON, kept by Temporal as the run's record. */
export interface RemediationReport {
  outcome: Outcome;
  reason?: Reason;
  /** One sentence: `shop/checkout OOMKilled → evictPod → healthy in 41 s`. */
  summary: string;
  /** Why it ended, without whom it was about; absent for `remediated` and `merged`, and from earlier releases. */
  detail?: string;
  alertname: string;
  fingerprint: string;
  policy?: string;
  target?: Target;
  steps: StepRecord[];
  segments: Segments;
  timeline: TimelineEntry[];
  /** Workflow id of the run that this one joined. */
  mergedInto?: string;
  /** Alerts that joined this run, newest last, at most 20 kept. */
  joined: string[];
  /** Receivers that could not be told, and why; absent where every message arrived. */
  undelivered?: { receiver: string; why: string }[];
  evidence?: Evidence;
  /** Observe and DryRun: the first step, and what the guard would have said to it. */
  wouldHave?: { action: string; verdict: 'grant' | 'hold' | 'deny'; reason?: Reason };
  /** What other policies can be judged by; runs of earlier releases have none. */
  recorded?: Recorded;
}

/** Why a run ended, without whom it was about; the whole sentence where the report has no such part. */
export const whyEnded = ({ detail, summary }: Pick<RemediationReport, 'detail' | 'summary'>): string =>
  detail ?? summary;
