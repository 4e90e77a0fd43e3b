import type { Cluster } from '../../activities/kubernetes/port.ts';
import { namedTarget } from '../../domain/target/named-target.ts';
import type { OwnerRef } from '../../domain/target/pod.ts';
import { type SubjectKind, workloadKinds } from '../../domain/target/target.ts';
import type { Workload } from '../../domain/target/workload.ts';
import type { Snapshot } from './snapshot.ts';

/** What is read of a cluster, and nothing that writes. */
export type SnapshotReader = Pick<
  Cluster,
  'getNamespace' | 'getWorkload' | 'getAutoscaler' | 'listAutoscalersOf' | 'listPods' | 'listNodes' | 'getConfigMap'
>;

/** What to look at. */
export interface View {
  /** Labels of each alert. */
  alerts: readonly Record<string, string>[];
  /** A ConfigMap that pauses us, as the configuration names it. */
  configMap?: { namespace: string; name: string };
  atMs: number;
}

/** Kinds of workload that a HorizontalPodAutoscaler scales in practice; a ReplicaSet is a part of its Deployment. */
const canBeScaled: readonly string[] = ['Deployment', 'StatefulSet'];

/** Reads the namespaces that the alerts are about, with their pods and workloads, and all nodes. Fails as the port does. */
export async function captureSnapshot(reader: SnapshotReader, { alerts, configMap, atMs }: View): Promise<Snapshot> {
  const targets = alerts.flatMap((labels) => {
    const named = namedTarget(labels);
    return named.kind === 'unnamed' ? [] : [named];
  });
  // A node is in none.
  const names = [...new Set(targets.map(({ namespace }) => namespace))].filter((name) => name !== '');
  const [nodes, homes, switches] = await Promise.all([
    reader.listNodes(),
    Promise.all(names.map(async (name) => [name, await reader.getNamespace(name)] as const)),
    configMap && reader.getConfigMap(configMap.namespace, configMap.name),
  ]);
  const pods = (await Promise.all(names.map((name) => reader.listPods(name)))).flat();
  const workloads = new Workloads(reader);
  for (const { ref, owner } of pods) await workloads.climb(ref.namespace, owner);
  for (const { namespace, workload, autoscaler } of targets) {
    if (workload !== undefined) await workloads.read(namespace, workload);
    if (autoscaler !== undefined) await workloads.readScaled(namespace, autoscaler);
  }
  const autoscalers = await Promise.all(
    workloads.found.filter(({ ref }) => canBeScaled.includes(ref.kind)).map(({ ref }) => reader.listAutoscalersOf(ref)),
  );
  return {
    ...{ atMs, nodes, pods, workloads: workloads.found, budgets: [], autoscalers: autoscalers.flat() },
    namespaces: new Map(homes.flatMap(([name, home]) => (home === undefined ? [] : [[name, home] as const]))),
    configMaps: new Map(
      configMap === undefined || switches === undefined ? [] : [[`${configMap.namespace}/${configMap.name}`, switches]],
    ),
    unseen: ['PodDisruptionBudgets (no permission to read them)'],
  };
}

/** Workloads that were asked for, each once. */
class Workloads {
  readonly #reader: SnapshotReader;
  readonly #asked = new Map<string, Workload | undefined>();

  constructor(reader: SnapshotReader) {
    this.#reader = reader;
  }

  get found(): Workload[] {
    return [...this.#asked.values()].filter((workload) => workload !== undefined);
  }

  /** Reads the workload and those above it. */
  async read(namespace: string, { kind, name }: { kind: SubjectKind; name: string }): Promise<void> {
    const key = `${namespace}/${kind}/${name}`;
    if (this.#asked.has(key)) return;
    const workload = await this.#reader.getWorkload(kind, namespace, name);
    this.#asked.set(key, workload);
    await this.climb(namespace, workload?.owner);
  }

  /** Reads the workload that the autoscaler scales. */
  async readScaled(namespace: string, autoscaler: string): Promise<void> {
    const { kind, name } = (await this.#reader.getAutoscaler(namespace, autoscaler))?.scales ?? {};
    const known = workloadKinds.find((other) => other === kind);
    if (known !== undefined && name !== undefined) await this.read(namespace, { kind: known, name });
  }

  async climb(namespace: string, owner: OwnerRef | undefined): Promise<void> {
    const kind = workloadKinds.find((known) => known === owner?.kind);
    if (owner !== undefined && kind !== undefined && owner.apiVersion.startsWith('apps/')) {
      await this.read(namespace, { kind, name: owner.name });
    }
  }
}
