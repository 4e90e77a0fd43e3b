import type { OwnerRef } from './pod.ts';
import type { ObjectRef } from './target.ts';

/** A workload as one live read shows it: only what a decision needs. */
export interface Workload {
  ref: ObjectRef;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  owner?: OwnerRef;
  /** Its pod selector in the API's query form. */
  podSelector: string;
  /** Pods it wants; for a DaemonSet the nodes it is scheduled to. */
  desired: number;
  /** A Deployment with `spec.paused`. */
  isPaused: boolean;
  /** `RollingUpdate`, `Recreate`, `OnDelete`, or `None` for a ReplicaSet, which has no rollout. */
  strategy: string;
  /** StatefulSet only: ordinals below it keep the old revision. */
  partition: number;
  generation: number;
  observedGeneration: number;
  counts: { replicas: number; updated: number; ready: number; available: number };
  /** StatefulSet only: the current revision is the update revision. */
  isRevisionCurrent: boolean;
  /** Deployment only: Progressing is False with ProgressDeadlineExceeded; the text is the API server's. */
  progressFailure?: string;
  conditions: { type: string; status: string; reason: string; message: string }[];
  templateAnnotations: Record<string, string>;
  /** Containers of its template, in their order; absent for what has no template. */
  containers?: TemplateContainer[];
  /** StatefulSet only: name of the revision that its template is. */
  updateRevision?: string;
  /** StatefulSet only: a pod waits until the ones before it are Ready (`podManagementPolicy: OrderedReady`). */
  isOrdered?: boolean;
}

/** A container of a template, as far as a remedy may change it; quantities are as they are written. */
export interface TemplateContainer {
  name: string;
  image: string;
  memoryLimit?: string;
  memoryRequest?: string;
}
