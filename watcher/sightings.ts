import type { RawCondition, RawMeta, RawPod } from '../activities/kubernetes/raw.ts';
import { readConditions, readPod } from '../activities/kubernetes/read-pod.ts';
import type { FaultClass, LiveCondition } from '../domain/faults/fault-class.ts';
import { isLiving, type Pod } from '../domain/target/pod.ts';

/** Kinds of object that are followed. */
export type Kind = Exclude<FaultClass['about'], 'alert'>;

/** What is known of one object; no more of it than classification and the alert need. */
export interface Sighting {
  kind: Kind;
  /** `kind/namespace/name`. */
  key: string;
  uid: string;
  /** The labels by which an alert names it. */
  labels: Record<string, string>;
  /** Absent for one that is being deleted or has done its work: whatever it shows is no fault any more. */
  status?: { pod: Pod } | { conditions: LiveCondition[] };
  /** After this moment, Unix ms, what it shows is no fault any more. */
  newsUntilMs?: number;
}

interface RawObject {
  metadata?: RawMeta;
  status?: { conditions?: (RawCondition & { lastTransitionTime?: string })[] };
}

/** The sighting of what the API server sent; undefined for anything without a name and uid. */
export function sightingOf(kind: Kind, raw: unknown): Sighting | undefined {
  const { metadata = {} } = (raw ?? {}) as RawObject;
  const { namespace = '', name, uid } = metadata;
  if (name === undefined || uid === undefined) return undefined;
  const known = { kind, key: `${kind}/${namespace}/${name}`, uid };
  if (kind === 'pod') return { ...known, ...ofPod(raw as RawPod) };
  const labels = kind === 'node' ? { node: name } : { namespace, [kind === 'job' ? 'job_name' : kind]: name };
  if (metadata.deletionTimestamp !== undefined) return { ...known, labels };
  const status = { conditions: readConditions((raw as RawObject).status?.conditions) };
  return { ...known, labels, status, ...(kind === 'job' ? ofJob(raw as RawObject) : {}) };
}

function ofPod(raw: RawPod): Pick<Sighting, 'labels' | 'status'> {
  const pod = readPod(raw);
  const labels = podLabels(pod);
  if (!isLiving(pod)) return { labels };
  return { labels, status: { pod: { ...pod, labels: {}, images: [], configs: [], claims: [] } } };
}

/** A failed Job stays for as long as its owner wants; what ended longer ago is no news. */
const jobNewsMs = 3_600_000;

function ofJob({ status = {} }: RawObject): Pick<Sighting, 'newsUntilMs'> {
  const changes = (status.conditions ?? []).flatMap(({ lastTransitionTime }) => lastTransitionTime ?? []);
  const lastMs = Math.max(...changes.map((time) => Date.parse(time)));
  return Number.isFinite(lastMs) ? { newsUntilMs: lastMs + jobNewsMs } : {};
}

const kinds: Readonly<Record<string, string>> = { StatefulSet: 'statefulset', DaemonSet: 'daemonset' };
/** The Deployment controller puts it on the pods of its ReplicaSets, and ends their names with it. */
const hashLabel = 'pod-template-hash';

/**
 * The labels by which an alert names a pod: namespace, pod, and its workload where the pod itself says which that is.
 * Of a ReplicaSet's pod the Deployment is known by name only, as its controller builds it; `verify` reads the owner.
 */
export function podLabels({ ref, owner, labels }: Pod): Record<string, string> {
  return { namespace: ref.namespace, pod: ref.name, ...workloadLabel(owner, labels[hashLabel]) };
}

function workloadLabel(owner: Pod['owner'], hash: string | undefined): Record<string, string> {
  if (owner === undefined) return {};
  const label = kinds[owner.kind];
  if (label !== undefined && owner.apiVersion.startsWith('apps/')) return { [label]: owner.name };
  if (owner.kind !== 'ReplicaSet' || !hash || !owner.name.endsWith(`-${hash}`)) return {};
  return { deployment: owner.name.slice(0, -hash.length - 1) };
}
