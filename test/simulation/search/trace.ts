import type { Decision } from '../../../domain/guard/decide.ts';
import type { PermitRequest } from '../../../domain/guard/permit.ts';
import type { GuardLimits } from '../../../domain/guard/rules/rule.ts';
import type { GuardState, Lease } from '../../../domain/guard/state.ts';
import type { Policy } from '../../../domain/policy/policy.ts';
import type { Write } from '../../../simulation/cluster/write.ts';
import type { Execution } from '../../../simulation/temporal/execution.ts';
import type { RunView, Told } from '../../../simulation/world.ts';
import type { Schedule } from './schedule.ts';
import type { Truth } from './truth.ts';

/** One answer of the rules, and what they knew. */
export interface Ruling {
  atMs: number;
  /** Before it; the requests answered together see each other's grants beside it. */
  state: GuardState;
  request: PermitRequest;
  decision: Decision;
}

/** A write that changed something, with everything that can be known about it at its moment. */
export interface Act extends Write {
  /** The latest grant to its run. */
  grant?: Ruling;
  /** The lease that its run held. */
  lease?: Lease;
  guard: GuardState;
  policy: Policy;
  truth: Truth;
}

/** A time in which something was so. */
export interface Span {
  fromMs: number;
  toMs: number;
}

/** What a person said, when they said it, and what the run answered. */
export interface Said {
  atMs: number;
  runId: string;
  verb: string;
  who: string;
  answer: string;
}

/** What an alert was about, in truth. */
export interface AlertTruth {
  workflowId: string;
  /** `namespace/Kind/name`; absent where its labels name nothing that there is. */
  workload?: string;
}

/** Something that the intake took. */
export interface Delivery {
  atMs: number;
  workflowId: string;
  status: 'firing' | 'resolved';
  startsAt: string;
}

/** A live look at the cluster in the name of a run. */
export interface Look {
  atMs: number;
  workflowId: string;
}

/** A time in which a receiver did not take what it was sent. */
export interface Away extends Span {
  receiver: string;
  how: 'fails' | 'refuses' | 'hangs' | 'late';
}

/** A whole simulated day. */
export interface Trace {
  schedule: Schedule;
  limits: GuardLimits;
  startMs: number;
  endMs: number;
  acts: readonly Act[];
  writes: readonly Write[];
  rulings: readonly Ruling[];
  told: readonly Told[];
  runs: readonly RunView[];
  said: readonly Said[];
  alerts: readonly AlertTruth[];
  deliveries: readonly Delivery[];
  looks: readonly Look[];
  away: readonly Away[];
  /** When the API server could not be reached. */
  unreadable: readonly Span[];
  /** When admission refused every new pod of a namespace. */
  refusals: readonly (Span & { namespace: string })[];
  /** What the intake told the guard of clusters that we do not know. */
  unknownClusters: readonly { atMs: number; cluster: string }[];
  /** When the guard was terminated, and what it knew. */
  guardEnds: readonly { atMs: number; state: GuardState; after?: { atMs: number; state: GuardState } }[];
  /** When the storm breaker was not closed. */
  stormSpans: readonly Span[];
  /** Since when each workload is well, at the end of the day; absent where it is not. */
  wellSince: Readonly<Record<string, number>>;
  /** Each process of ours that was down, by task queue. */
  down: readonly (Span & { who: 'hub' | 'worker' })[];
  /** Runs that somebody ended in Temporal. */
  ended: readonly { atMs: number; runId: string }[];
  /** What let time stop: code of ours that fails for ever. */
  stuck?: string;
  /** When the guard had a pause on record. */
  guardPauses: readonly Span[];
  /** When a switch in the cluster stood on pause; without a namespace for all of them. */
  switchPauses: readonly (Span & { namespace?: string })[];
  /** When the policy wants nothing to be done. */
  freezes: readonly Span[];
  /** The policy's mode from a moment on. */
  modes: readonly { atMs: number; mode: Policy['spec']['mode'] }[];
  resets: readonly { atMs: number; workload: string }[];
  /** Leases that runs gave back, when they said so. */
  releases: readonly { atMs: number; requestId: string }[];
  guard: GuardState;
  /** Every run as the server has it, guards included, oldest first. */
  executions: readonly Execution[];
}
