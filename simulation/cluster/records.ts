import type { Autoscaler, VerticalAutoscaler } from '../../activities/kubernetes/port.ts';
import type { Pod } from '../../domain/target/pod.ts';
import type { ObjectRef } from '../../domain/target/target.ts';
import type { Workload } from '../../domain/target/workload.ts';

/** A pod as the simulated cluster keeps it. */
export interface PodRecord {
  /** As it is while nothing is wrong with it; of a pod that stands still, exactly what is read. */
  base: Pod;
  /** Its status never changes by itself. */
  isStill: boolean;
  /** Of a pod that stands still: when `base` was read; the age of what it shows stays what it was then. */
  readAtMs?: number;
  /** Which revision of the workload it was made from. */
  revision: number;
  /** Which of the workload's templates that revision runs. */
  template: number;
  /** What its container may use, bytes. */
  memoryLimit?: number;
  /** Ready this long after it was created. */
  startupMs: number;
  /** What was last read of it while it was well, and what it was made from. */
  seenWell?: { of: Pod; pod: Pod };
  /** Keys of the calls that it has done. */
  calls?: Set<string>;
  /** It terminates, and is gone then. */
  goneAtMs?: number;
}

/** A workload as the simulated cluster keeps it. */
export interface WorkloadRecord {
  /** As it is while all is well; of a workload that stands still, exactly what is read. */
  base: Workload;
  isStill: boolean;
  /** Counted from 1, one more with every rollout, a restart and a rollback among them. */
  revision: number;
  /** Which of its templates that revision runs, counted from 1; a restart keeps it, a rollback goes to an earlier one. */
  template: number;
  /** The newest template there ever was. */
  templates: number;
  /** When each template first came, Unix ms. */
  templatesAtMs: Map<number, number>;
  /** What a container of its template may use, bytes. */
  memoryLimit?: number;
  /** Of a Deployment: the ReplicaSet of each revision. */
  sets: Map<number, ObjectRef>;
  /** How long a new pod takes until it is ready. */
  startupMs: number;
  /** When the present rollout began. */
  rolloutAtMs?: number;
  /** When its controller will have seen the latest change. */
  observedAtMs: number;
  images: readonly string[];
  configs: readonly string[];
  /** PersistentVolumeClaims that every pod mounts. */
  claims: readonly string[];
}

/** A rule of how many pods that carry these labels must stay ready. */
export interface Budget {
  namespace: string;
  labels: Record<string, string>;
  minAvailable: number;
}

/** `namespace/Kind/name`. */
export const keyOf = ({ kind, namespace, name }: ObjectRef) => `${namespace}/${kind}/${name}`;

/** Names and uids that no other object has; the same in every run. */
export class Names {
  #count = 0;

  uid(): string {
    this.#count += 1;
    return `00000000-0000-4000-8000-${this.#count.toString(16).padStart(12, '0')}`;
  }

  /** Five letters as Kubernetes puts them behind a name. */
  suffix(): string {
    this.#count += 1;
    return (Math.imul(this.#count, 0x9e3779b1) >>> 0).toString(36).padStart(7, 'x').slice(-5);
  }
}

/** A HorizontalPodAutoscaler as the simulated cluster keeps it. */
export interface AutoscalerRecord extends Autoscaler {
  /** Pods that the load asks for; absent: those there are. */
  wants?: number;
}

/** A VerticalPodAutoscaler as the simulated cluster keeps it: it changes nothing. */
export interface VerticalRecord extends VerticalAutoscaler {
  /** Name of the workload. */
  scales: string;
}
