import type { Autoscaler, Namespace } from '../../activities/kubernetes/port.ts';
import type {
  RawAutoscaler,
  RawJob,
  RawList,
  RawMeta,
  RawNode,
  RawPod,
  RawWorkload,
} from '../../activities/kubernetes/raw.ts';
import { readAutoscaler } from '../../activities/kubernetes/read-autoscaler.ts';
import { readJob } from '../../activities/kubernetes/read-job.ts';
import { readNode } from '../../activities/kubernetes/read-node.ts';
import { readPod } from '../../activities/kubernetes/read-pod.ts';
import { readWorkload } from '../../activities/kubernetes/read-workload.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { Node } from '../../domain/target/cluster-context.ts';
import type { Pod } from '../../domain/target/pod.ts';
import { type WorkloadKind, workloadKinds } from '../../domain/target/target.ts';
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

interface RawObject {
  kind?: string;
  metadata?: RawMeta;
  data?: Record<string, string>;
}

interface RawBudget extends RawObject {
  spec?: { selector?: { matchLabels?: Record<string, string>; matchExpressions?: unknown[] } };
  status?: { desiredHealthy?: number };
}

const howTo = `print one with: kubectl get pods,${workloadKinds.map((kind) => `${kind.toLowerCase()}s`).join(',')},jobs,nodes,namespaces,horizontalpodautoscalers,poddisruptionbudgets -A -o json`;
const time = /"(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z)"/g;

/**
 * Reads a List of objects as `kubectl get … -o json` prints it. Its moment is the newest time in it, unless it is
 * given. Throws INVALID_REQUEST for anything else.
 */
export function readSnapshot(name: string, text: string, atMs?: number): Snapshot {
  const objects = objectsIn(name, text);
  const of = <Raw extends RawObject>(kind: string) => objects.filter((object): object is Raw => object.kind === kind);
  const pods = of<RawObject & RawPod>('Pod').map(readPod);
  const listed = of('Namespace').map(({ metadata = {} }) => [metadata.name ?? '', metadata] as const);
  const snapshot: Snapshot = {
    atMs: atMs ?? newestIn(name, text),
    namespaces: new Map(listed.map(([key, { labels = {}, annotations = {} }]) => [key, { labels, annotations }])),
    nodes: of<RawObject & RawNode>('Node').map(readNode),
    workloads: [
      ...workloadKinds.flatMap((kind: WorkloadKind) =>
        of<RawObject & RawWorkload>(kind).map((raw) => readWorkload(kind, raw)),
      ),
      ...of<RawObject & RawJob>('Job').map(readJob),
    ],
    autoscalers: of<RawObject & RawAutoscaler>('HorizontalPodAutoscaler').map(readAutoscaler),
    pods,
    configMaps: new Map(
      of('ConfigMap').map(({ metadata, data = {} }) => [`${metadata?.namespace}/${metadata?.name}`, data]),
    ),
    budgets: of<RawBudget>('PodDisruptionBudget').map(budgetOf),
    unseen: [],
  };
  addMissing(snapshot, objects);
  return snapshot;
}

function objectsIn(name: string, text: string): RawObject[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch (cause) {
    throw new MendflowError('INVALID_REQUEST', `${name}: is not JSON (${(cause as Error).message}); ${howTo}`);
  }
  const { items } = (document ?? {}) as RawList<RawObject>;
  if (!Array.isArray(items) || items.some((item) => typeof item?.kind !== 'string')) {
    throw new MendflowError('INVALID_REQUEST', `${name}: is no List of objects with their kinds; ${howTo}`);
  }
  return items;
}

function newestIn(name: string, text: string): number {
  const times = [...text.matchAll(time)].map(([, found = '']) => Date.parse(found)).filter((ms) => !Number.isNaN(ms));
  if (times.length > 0) return times.reduce((newest, ms) => Math.max(newest, ms));
  throw new MendflowError('INVALID_REQUEST', `${name}: holds no time; say with --at when it was taken`);
}

function budgetOf({ metadata, spec, status }: RawBudget) {
  return {
    namespace: metadata?.namespace ?? '',
    labels: spec?.selector?.matchLabels ?? {},
    minAvailable: status?.desiredHealthy ?? 0,
  };
}

/** What the list does not hold is said, and a namespace that objects are in is there without labels. */
function addMissing({ namespaces, nodes, pods, unseen, budgets }: Snapshot, objects: readonly RawObject[]): void {
  const named = new Set(objects.flatMap(({ metadata }) => metadata?.namespace ?? []));
  const missing = [...named].filter((name) => !namespaces.has(name));
  for (const name of missing) namespaces.set(name, { labels: {}, annotations: {} });
  if (missing.length > 0) unseen.push(`the labels and annotations of namespace ${missing.join(', ')}`);
  if (nodes.length === 0 && pods.length > 0) unseen.push('the nodes');
  if (!objects.some(({ kind }) => kind === 'PodDisruptionBudget')) unseen.push('disruption budgets');
  const strange = objects.some(
    (object) =>
      (object as RawBudget).spec?.selector?.matchExpressions !== undefined && object.kind === 'PodDisruptionBudget',
  );
  if (strange && budgets.length > 0) unseen.push('the match expressions of disruption budgets');
}
