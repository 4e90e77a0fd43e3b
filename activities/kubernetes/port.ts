import type { Node, Vitals } from '../../domain/target/cluster-context.ts';
import type { MemoryBounds } from '../../domain/target/memory-raise.ts';
import type { Occupant, PodNeeds, Seat, VolumeReach } from '../../domain/target/placement/needs.ts';
import type { OwnerRef, Pod } from '../../domain/target/pod.ts';
import type { ObjectRef, SubjectKind } from '../../domain/target/target.ts';
import type { Workload } from '../../domain/target/workload.ts';

/** Annotation on the pod template whose value is the token of the step that restarted it. */
export const restartAnnotation = 'mendflow.dev/restarted-by';

export interface Namespace {
  labels: Record<string, string>;
  annotations: Record<string, string>;
}

/** A HorizontalPodAutoscaler. */
export interface Autoscaler {
  ref: ObjectRef;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Its controller, such as a ScaledObject. */
  owner?: OwnerRef;
  /** What it scales, in its own namespace. */
  scales: { apiVersion: string; kind: string; name: string };
  min: number;
  max: number;
  current: number;
  desired: number;
  conditions: { type: string; status: string; reason: string; message: string }[];
}

/** A VerticalPodAutoscaler. */
export interface VerticalAutoscaler {
  ref: ObjectRef;
  /** `Off`: it only recommends; else it sets what its workload's pods ask for and may use. */
  mode: string;
}

/** A version of a workload's template that the cluster still keeps. */
export interface Revision {
  /** Of the ReplicaSet or ControllerRevision that keeps it; the same template keeps its name. */
  name: string;
  /** Rises with every rollout. */
  number: number;
  isCurrent: boolean;
  /** When it was first rolled out, Unix ms. */
  createdAtMs: number;
  /** Pods of it that are available now; known of Deployments only. */
  available: number;
  images: string[];
  /** Equal texts are equal templates; what a restart leaves in a template does not count. */
  content: string;
  /** The template itself, as the API server sends it. */
  template: unknown;
}

/** The one thing of a workload's spec that is changed. */
export type WorkloadChange =
  | { kind: 'replicas'; to: number }
  | { kind: 'template'; to: Revision }
  | { kind: 'memory'; container: string; to: MemoryBounds }
  /** Nothing but the mark. */
  | { kind: 'none' };

/** Who changes it, and what is noted on the object in the same write. */
export interface Marking {
  token: string;
  /** The note that a repeat and an undo find. */
  mark: { annotation: string; text: string };
  dryRun: boolean;
}

/** A pod that a controller is to make: in the place of one that is taken, or of a changed template. */
export type Replacement =
  | { kind: 'pod'; pod: Pod }
  | { kind: 'template'; workload: ObjectRef; change: WorkloadChange | { kind: 'restart' } };

/** What the API server made of it in a dry run. */
export interface Admitted {
  needs: PodNeeds;
  /** Free when it comes. A rollout that makes the fresh pod first frees only seats of pods that are not ready. */
  seats: Seat[];
  /** A DaemonSet's: it comes to the very nodes of these seats, and all of them must take it. */
  isOnEachSeat: boolean;
}

/** One event on an object, as the cluster recorded it. */
export interface EventLine {
  atMs: number;
  reason: string;
  note: string;
  count: number;
}

/** How a Job is made again. */
export interface JobCopy {
  name: string;
  token: string;
  /** Name of the first Job, of which this one is a copy; a label, so that copies are found. */
  first: string;
  annotations: Record<string, string>;
  dryRun: boolean;
}

/** An HTTP call into a pod. */
export interface PodCall {
  method: 'GET' | 'POST' | 'DELETE';
  port: number;
  path: string;
  /** Sent as Idempotency-Key. */
  key: string;
}

/** A container that runs once, without any right but its account’s. */
export interface Task {
  namespace: string;
  name: string;
  token: string;
  image: string;
  /** Empty: what the image says. */
  command: string[];
  args: string[];
  env: Record<string, string>;
  /** Without it the pod gets no token of any account. */
  serviceAccountName?: string | undefined;
  cpu: string;
  memory: string;
  /** It is stopped after so long. */
  timeoutSeconds: number;
  /** It stands for so long after it ended, so that people can read its log. */
  ttlSeconds: number;
  dryRun: boolean;
}

/** What came of a task. */
export interface TaskOutcome {
  state: 'running' | 'succeeded' | 'failed';
  /** Of its container; absent where it never ended by itself. */
  exitCode?: number;
  /** The container’s last words, or what the cluster says of the Job. */
  message: string;
}

/** An event of ours. The same `key` on the same object is recorded once. */
export interface OurEvent {
  regarding: ObjectRef;
  /** CamelCase. */
  reason: string;
  type: 'Normal' | 'Warning';
  /** At most 1,024 bytes are kept. */
  note: string;
  key: string;
  atMs: number;
}

/**
 * Everything Mendflow can do to a cluster: its length is our blast radius. Every read is live, never from a cache.
 * Reads give undefined for what does not exist. All fail with a MendflowError: PERMISSION_DENIED, CREDENTIALS_REFUSED,
 * RATE_LIMITED, CLUSTER_UNAVAILABLE; writes with TARGET_GONE, TARGET_REPLACED, CONFLICT, EVICTION_BLOCKED,
 * ADMISSION_REFUSED, ADMISSION_UNAVAILABLE, NOT_APPLICABLE too.
 */
export interface Cluster {
  getNamespace(name: string): Promise<Namespace | undefined>;
  getPod(namespace: string, name: string): Promise<Pod | undefined>;
  /** A Job or a node is read as a workload is; a node's namespace is empty. */
  getWorkload(kind: SubjectKind, namespace: string, name: string): Promise<Workload | undefined>;
  getAutoscaler(namespace: string, name: string): Promise<Autoscaler | undefined>;
  /** The HorizontalPodAutoscalers that scale this workload; more than one is a fault of its owner. */
  listAutoscalersOf(workload: ObjectRef): Promise<Autoscaler[]>;
  /** The VerticalPodAutoscalers of this workload; none where the cluster has no such kind. */
  listVerticalAutoscalersOf(workload: ObjectRef): Promise<VerticalAutoscaler[]>;
  /** The other Jobs that were made again from the same first one as this Job. */
  listCopiesOf(job: Workload): Promise<Workload[]>;
  /** The pods whose controller chain ends in exactly this workload, by uid. */
  listPodsOf(workload: Workload): Promise<Pod[]>;
  /** All pods of the namespace. */
  listPods(namespace: string): Promise<Pod[]>;
  listNodes(): Promise<Node[]>;
  /** What is written in a ConfigMap; asked for the kill switch only. */
  getConfigMap(namespace: string, name: string): Promise<Record<string, string> | undefined>;
  /** How the API server answered us in the last minute. */
  vitals(): Vitals;
  /** Newest first. */
  listEvents(object: ObjectRef): Promise<EventLine[]>;
  /** What the workload's template was and is, newest first; none for a ReplicaSet, which keeps one for good. */
  listRevisions(workload: Workload): Promise<Revision[]>;
  /**
   * The last lines of a container's log, at most `maxBytes`; `previous` is the run before the last restart. Undefined
   * where the node has no log of it: the container never ran, or what was left of that run is gone.
   */
  podLog(
    pod: ObjectRef,
    options: { container: string; previous: boolean; maxBytes: number },
  ): Promise<string | undefined>;
  /** The pods on the node, of every namespace. */
  listPodsOn(node: string): Promise<Pod[]>;
  /**
   * Asks the API server to admit the pod, and not to make it (dryRun=All). The answer has what admission wrote into it. All
   * refusals of admission come as NOT_REPLACEABLE, in the API server's own words.
   */
  admitReplacement(replacement: Replacement): Promise<Admitted>;
  /** What the pods on the node have taken of it, but for those that have ended. */
  listOccupants(node: string): Promise<Occupant[]>;
  /** Which nodes reach the volumes of these claims. NOT_REPLACEABLE for a claim that is not there or not bound. */
  listVolumeReach(namespace: string, claims: readonly string[]): Promise<VolumeReach[]>;
  /** How far a task is that was started under this name; undefined when there is none. */
  taskOutcome(namespace: string, name: string): Promise<TaskOutcome | undefined>;
  /** Only the pod with this uid; honours disruption budgets; without a grace period the pod’s own. Answers when its deletion has started. */
  evictPod(pod: ObjectRef, options: { gracePeriodSeconds?: number | undefined; dryRun: boolean }): Promise<void>;
  /** Only this uid: marks the pod template, so that the controller rolls out fresh pods; the same mark twice is one rollout. */
  restartWorkload(workload: ObjectRef, options: { token: string; atMs: number; dryRun: boolean }): Promise<void>;
  /** Only this uid: takes no new pods from now on, and carries the token. CONFLICT when it is cordoned already. */
  cordonNode(node: ObjectRef, options: { token: string; dryRun: boolean }): Promise<void>;
  /** Only this uid, and only while the cordon is our own: NOT_APPLICABLE when somebody else cordoned it since. */
  uncordonNode(node: ObjectRef, options: { token: string; dryRun: boolean }): Promise<void>;
  /** Makes the same Job again under another name; one of that name and token is taken for it. */
  copyJob(job: ObjectRef, options: JobCopy): Promise<ObjectRef>;
  /** Only this uid: notes on the Job what was done about it. */
  markJob(job: Workload, marking: Marking): Promise<void>;
  /** Only this uid, its pods with it, in the background; one that is gone is deleted. */
  deleteJob(job: ObjectRef, options: { dryRun: boolean }): Promise<void>;
  /** Starts a container of the policy’s own as a Job; false: one of that name and token was there already. */
  startTask(task: Task): Promise<boolean>;
  /** Only this uid; false: the pod says that this key was done before. STEP_FAILED when the pod says no. */
  callPod(pod: ObjectRef, call: PodCall): Promise<boolean>;
  /** Only the pod with this uid; asks no disruption budget. Answers when the deletion has started. */
  deletePod(pod: ObjectRef, options: { gracePeriodSeconds?: number | undefined; dryRun: boolean }): Promise<void>;
  /**
   * Only this uid, whose container still has the limit that was read: other bounds while it runs on. NOT_APPLICABLE
   * where the cluster or the pod does not allow it.
   */
  resizePod(pod: Pod, options: { container: string; to: MemoryBounds; dryRun: boolean }): Promise<void>;
  /** Only this uid, and only as it was read: CONFLICT when its spec has been changed since. */
  changeWorkload(workload: Workload, change: WorkloadChange, marking: Marking): Promise<void>;
  /** Only this uid, and only while its maximum is the one that was read. */
  setAutoscalerMax(autoscaler: Autoscaler, max: number, marking: Marking): Promise<void>;
  recordEvent(event: OurEvent): Promise<void>;
  /** Closes the connections; calls after it fail. */
  close(): Promise<void>;
}
