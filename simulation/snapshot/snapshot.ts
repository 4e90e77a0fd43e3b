import type { Autoscaler, Namespace } from '../../activities/kubernetes/port.ts';
import type { Node } from '../../domain/target/cluster-context.ts';
import type { Pod } from '../../domain/target/pod.ts';
import type { Workload } from '../../domain/target/workload.ts';
import type { Budget } from '../cluster/records.ts';

/** What was in a cluster at one moment, as far as decisions need it. */
export interface Snapshot {
  /** Unix ms. */
  atMs: number;
  namespaces: Map<string, Namespace>;
  nodes: Node[];
  workloads: Workload[];
  pods: Pod[];
  /** ConfigMaps by `namespace/name`. */
  configMaps: Map<string, Record<string, string>>;
  budgets: Budget[];
  autoscalers: Autoscaler[];
  /** What could not be seen, and is taken for none: sentences. */
  unseen: string[];
}
