import type { ActivityBounds } from './activity-options.ts';

/** An activity as workflow code asks for it. */
export interface ActivityOrder {
  name: string;
  args: readonly unknown[];
  bounds: ActivityBounds;
  /** What the Web UI shows beside it. */
  summary?: string;
}

/** A server ends a run that hands it a larger value than it takes. */
interface Handed {
  isTooLarge?: boolean;
}

/** What a workflow's code asks its server for; it is heard when the workflow task is completed, and not before. */
export type Command = Handed &
  (
    | { kind: 'timer'; seq: number; ms: number }
    | { kind: 'cancelTimer'; seq: number }
    | ({ kind: 'activity'; seq: number } & ActivityOrder)
    | { kind: 'cancelActivity'; seq: number }
    /** A local activity that has ended: one marker. */
    | {
        kind: 'marker';
        seq: number;
        name: string;
        attempt: number;
        scheduledAtMs: number;
        endedAtMs: number;
        value?: unknown;
        failure?: Error;
      }
    | { kind: 'signal'; seq: number; workflowId: string; runId?: string; name: string; args: readonly unknown[] }
    | {
        kind: 'child';
        seq: number;
        type: string;
        workflowId: string;
        taskQueue: string;
        args: readonly unknown[];
        isAbandoned: boolean;
      }
    | { kind: 'attributes'; seq: number; pairs: Readonly<Record<string, unknown>> }
    | { kind: 'patch'; seq: number; id: string; isDeprecated: boolean }
    | { kind: 'accept'; seq: number; update: UpdateJob }
    | { kind: 'answer'; seq: number; update: UpdateJob; value?: unknown; failure?: unknown; isRefused?: boolean }
    | { kind: 'close'; seq: number; end: End }
  );

/** How a run ends. */
export type End =
  | { status: 'completed'; result: unknown }
  | { status: 'failed' | 'cancelled'; failure: unknown }
  | { status: 'continuedAsNew'; args: readonly unknown[] };

/** Thrown by `continueAsNew`: the run ends, and the next one of the same id begins with these arguments. */
export class ContinuedAsNew extends Error {
  readonly args: readonly unknown[];

  constructor(args: readonly unknown[]) {
    super('workflow continued as new');
    this.args = args;
  }
}

/** Where the result of an update goes. */
export interface Reply {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

export interface UpdateJob {
  kind: 'update';
  id: string;
  name: string;
  args: readonly unknown[];
  reply: Reply;
}

/** What a server tells a workflow's code, in the order in which it is told. */
export type Job =
  | { kind: 'start' }
  | { kind: 'signal'; name: string; args: readonly unknown[] }
  | UpdateJob
  | { kind: 'cancel' }
  | { kind: 'fire'; seq: number }
  | {
      kind: 'resolve';
      of: 'activity' | 'signal' | 'child' | 'childEnd';
      seq: number;
      value?: unknown;
      failure?: unknown;
    };

/** Signals come first, then updates and a cancellation, then everything that the code asked for. */
const ranks: Record<Job['kind'], number> = { start: 0, signal: 1, update: 2, cancel: 3, fire: 4, resolve: 4 };

/** The order in which the code hears what came together. */
export const inOrder = (jobs: readonly Job[]): Job[] => jobs.toSorted((a, b) => ranks[a.kind] - ranks[b.kind]);

/** What the code is told about itself in one activation. */
export interface Moment {
  nowMs: number;
  historyLength: number;
  isLong: boolean;
}

/** A local activity to begin, or to cancel. */
export type LocalOrder = { begin: Extract<Command, { kind: 'activity' }> } | { cancel: number };

/** What the code was told at once, and a trail of what it asked for. */
export interface Activation {
  jobs: readonly Job[];
  moment: Moment;
  trail: readonly string[];
}
