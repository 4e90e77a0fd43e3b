import type { Pod } from '../../domain/target/pod.ts';
import type { ObjectRef } from '../../domain/target/target.ts';
import type { Store } from './store.ts';

/** Who calls, and since when. */
export interface Caller {
  /** When the call was sent off; it may have been under way for a while. */
  issuedAtMs: number;
  /** When the attempt that calls began. */
  attemptAtMs: number;
  workflowId: string;
  runId: string;
  /** The step that it is a part of; absent outside of one. */
  action?: string;
  /** It takes that step back. */
  isUndo?: true;
}

/** One write, as it was when it reached the cluster. */
export interface Write {
  atMs: number;
  /** The method of the port. */
  verb: string;
  object: ObjectRef;
  /** `namespace/Kind/name` of the workload, Job or node that it touches. */
  workload: string;
  dryRun: boolean;
  /** False where the object was in the wanted state already. */
  changed: boolean;
  /** It only notes something on the object, beside the act itself. */
  isNote?: true;
  /** Absent for calls from outside of a workflow. */
  by?: Caller;
  /** What was seen of the object's pod a moment before; of a workload, its pods. */
  before: Pod[];
}

/** What a write of the port works on. It is noted before it has its effect. */
export interface Effects {
  store: Store;
  note(write: Omit<Write, 'atMs' | 'by'>): void;
}
