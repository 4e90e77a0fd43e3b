import type { WorkloadKind } from '../../domain/target/target.ts';
import type { Workload } from '../../domain/target/workload.ts';
import { addPod } from './controllers.ts';
import type { PodRecord, WorkloadRecord } from './records.ts';
import type { Store } from './store.ts';

/** A workload to put into the simulated cluster; what is left out is usual. */
export interface Deployment {
  kind?: WorkloadKind;
  namespace: string;
  name: string;
  replicas?: number;
  labels?: Record<string, string>;
  annotations?: Record<string, string>;
  strategy?: 'RollingUpdate' | 'Recreate' | 'OnDelete';
  images?: readonly string[];
  configs?: readonly string[];
  claims?: readonly string[];
  /** What a container may use, bytes. */
  memoryLimit?: number;
  /** How long a new pod takes until it is ready. */
  startupMs?: number;
  /** How long the pods have been there. */
  ageMs?: number;
}

const hourMs = 3_600_000;

/** Puts a workload with all its pods, ready since long ago; its namespace and a first node where they are missing. */
export function deploy(store: Store, deployment: Deployment): { workload: WorkloadRecord; pods: PodRecord[] } {
  const { kind = 'Deployment', namespace, name, replicas = 3, startupMs = 5_000, ageMs = hourMs } = deployment;
  if (!store.namespaces.has(namespace)) {
    store.namespaces.set(namespace, {
      labels: { 'kubernetes.io/metadata.name': namespace },
      annotations: {},
    });
  }
  const desired = kind === 'DaemonSet' ? store.nodes.size : replicas;
  const workload: WorkloadRecord = {
    base: { ...baseOf(kind, deployment), ref: { kind, namespace, name, uid: store.names.uid() }, desired },
    isStill: false,
    revision: 1,
    template: 1,
    templates: 1,
    templatesAtMs: new Map([[1, store.clock.nowMs - ageMs]]),
    ...(deployment.memoryLimit !== undefined && { memoryLimit: deployment.memoryLimit }),
    sets: new Map(),
    startupMs,
    observedAtMs: Number.NEGATIVE_INFINITY,
    images: deployment.images ?? [`example.invalid/${name}:1`],
    configs: deployment.configs ?? [],
    claims: deployment.claims ?? [],
  };
  store.addWorkload(workload);
  const pods = Array.from({ length: desired }, () => addPod(store, workload, { ageMs }));
  return { workload, pods };
}

function baseOf(kind: WorkloadKind, { name, labels, annotations, strategy }: Deployment): Omit<Workload, 'ref'> {
  return {
    labels: { app: name, ...labels },
    annotations: annotations ?? {},
    podSelector: `app=${name}`,
    desired: 0,
    isPaused: false,
    strategy: kind === 'ReplicaSet' ? 'None' : (strategy ?? 'RollingUpdate'),
    partition: 0,
    generation: 1,
    observedGeneration: 1,
    counts: { replicas: 0, updated: 0, ready: 0, available: 0 },
    isRevisionCurrent: true,
    conditions: [],
    templateAnnotations: {},
  };
}
