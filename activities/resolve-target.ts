import type { Reason } from '../domain/run/reasons.ts';
import { firstNameOf } from '../domain/target/job-copies.ts';
import type { NamedTarget } from '../domain/target/named-target.ts';
import type { OwnerRef, Pod } from '../domain/target/pod.ts';
import type { ObjectRef, SubjectKind, Target, WorkloadKind } from '../domain/target/target.ts';
import { workloadKinds } from '../domain/target/target.ts';
import type { Sighting } from '../domain/target/target-facts.ts';
import type { Workload } from '../domain/target/workload.ts';
import { firstJobOf } from './job-copies.ts';
import type { Cluster, Namespace } from './kubernetes/port.ts';

/** A target as found alive; `top` is what leases and cooldowns hang on. */
export type Found = { kind: 'found' } & Sighting & { top: ObjectRef; namespaceAnnotations: Record<string, string> };

/** Why there is no target. */
export interface NotFound {
  kind: 'notFound';
  reason: Reason;
  detail: string;
}

const notFound = (reason: Reason, detail: string): NotFound => ({ kind: 'notFound', reason, detail });

/**
 * Reads the named object and its controllers up to the top workload, each checked by uid. At most three reads, one
 * after another; what can be read side by side is.
 */
export async function findNamed(cluster: Cluster, named: NamedTarget): Promise<Found | NotFound> {
  const { namespace } = named;
  const [home, found] = await Promise.all([homeOf(cluster, namespace), findObject(cluster, named)]);
  if (home === undefined) return notFound('targetGone', `there is no namespace ${namespace}`);
  if (found.kind === 'notFound') return found;
  return { ...found, namespaceLabels: home.labels, namespaceAnnotations: home.annotations };
}

/** The namespace; a node has none, and nothing is said there. */
export async function homeOf(cluster: Cluster, namespace: string): Promise<Namespace | undefined> {
  return namespace === '' ? { labels: {}, annotations: {} } : cluster.getNamespace(namespace);
}

/** Reads the same workload again, whatever pods it has by now. */
export async function findAgain(cluster: Cluster, previous: Target): Promise<Found | NotFound> {
  const { kind, namespace, name, uid } = previous.workload;
  const [home, workload] = await Promise.all([
    homeOf(cluster, namespace),
    cluster.getWorkload(kind as SubjectKind, namespace, name),
  ]);
  const label = `${kind} ${namespace}/${name}`;
  if (home === undefined || workload === undefined) return notFound('targetGone', `${label} is gone`);
  if (workload.ref.uid !== uid)
    return notFound('targetReplaced', `${label} was replaced by another object of that name`);
  return {
    kind: 'found',
    namespace,
    namespaceLabels: home.labels,
    namespaceAnnotations: home.annotations,
    ownerKind: kind,
    workload,
    top: workload.ref,
  };
}

type FoundObject = Omit<Found, 'namespaceLabels' | 'namespaceAnnotations'>;

function findObject(cluster: Cluster, named: NamedTarget): Promise<FoundObject | NotFound> {
  if (named.pod !== undefined) return findPod(cluster, named, named.pod);
  if (named.claim !== undefined) return findByClaim(cluster, named.namespace, named.claim);
  if (named.autoscaler !== undefined) return findScaled(cluster, named.namespace, named.autoscaler);
  return findWorkload(cluster, named);
}

/** The one workload whose pods mount the claim; of several nobody can say which is meant. */
async function findByClaim(cluster: Cluster, namespace: string, claim: string): Promise<FoundObject | NotFound> {
  const pods = (await cluster.listPods(namespace)).filter((pod) => pod.claims.includes(claim) && !pod.isTerminating);
  const [first, ...others] = pods;
  const label = `PersistentVolumeClaim ${namespace}/${claim}`;
  if (first === undefined) return notFound('targetGone', `no pod mounts ${label}`);
  const chain = await chainOf(cluster, first);
  if (chain.kind === 'notFound') return chain;
  const strangers = others.filter(({ owner }) => owner?.uid !== first.owner?.uid).map(({ ref }) => ref.name);
  if (strangers.length > 0) {
    return notFound('targetAmbiguous', `${label} is mounted by ${[first.ref.name, ...strangers].join(', ')}`);
  }
  const { below, ...owner } = chain;
  return { namespace, ...(others.length === 0 ? { pod: first } : {}), ...owner };
}

async function findScaled(cluster: Cluster, namespace: string, name: string): Promise<FoundObject | NotFound> {
  const autoscaler = await cluster.getAutoscaler(namespace, name);
  const label = `HorizontalPodAutoscaler ${namespace}/${name}`;
  if (autoscaler === undefined) return notFound('targetGone', `there is no ${label}`);
  const { kind, name: scaled } = autoscaler.scales;
  const known = workloadKinds.find((other) => other === kind);
  if (known === undefined) return notFound('notOwned', `${label} scales a ${kind}, which is not touched`);
  return findWorkload(cluster, { namespace, workload: { kind: known, name: scaled } });
}

async function findPod(cluster: Cluster, named: NamedTarget, name: string): Promise<FoundObject | NotFound> {
  const { namespace } = named;
  const pod = await cluster.getPod(namespace, name);
  if (pod === undefined) return notFound('targetGone', `there is no pod ${namespace}/${name}`);
  if (pod.isTerminating) return notFound('targetGone', `pod ${namespace}/${name} is being deleted`);
  const chain = await chainOf(cluster, pod);
  if (chain.kind === 'notFound') return chain;
  const claim = named.workload;
  const confirmed = [chain.top, ...chain.below].some((ref) => ref.kind === claim?.kind && ref.name === claim.name);
  if (claim !== undefined && !confirmed) {
    const detail = `pod ${namespace}/${name} belongs to ${chain.top.kind} ${chain.top.name}, the labels say ${claim.kind} ${claim.name}`;
    return notFound('targetAmbiguous', detail);
  }
  const { below, ...owner } = chain;
  return { namespace, pod, ...owner };
}

async function findWorkload(cluster: Cluster, { namespace, workload }: NamedTarget): Promise<FoundObject | NotFound> {
  if (workload === undefined) return notFound('targetUnnamed', 'no label names an object');
  const { kind, name } = workload;
  const found = await cluster.getWorkload(kind, namespace, name);
  if (found === undefined) return notFound('targetGone', `there is no ${kind} ${namespace}/${name}`);
  if (kind === 'Node') return { kind: 'found', namespace, ownerKind: kind, top: found.ref, workload: found };
  // Whatever started a Job does not start it again.
  if (kind === 'Job') {
    const job = await firstJobOf(cluster, found, firstNameOf(found));
    return { kind: 'found', namespace, ownerKind: kind, top: job.ref, workload: job };
  }
  const chain = await chainFrom(cluster, found, []);
  if (chain.kind === 'notFound') return chain;
  const { below, ...owner } = chain;
  return { namespace, ...owner };
}

interface Chain {
  kind: 'found';
  ownerKind: string;
  top: ObjectRef;
  workload?: Workload;
  /** What is between the pod and the top. */
  below: ObjectRef[];
}

type WorkloadReader = Pick<Cluster, 'getWorkload'>;

/** The top owner of an object that was read a moment ago; a Job or a node stands for itself. */
export async function topOf(cluster: WorkloadReader, live: Pod | Workload): Promise<Omit<Chain, 'below'> | NotFound> {
  if (!('desired' in live)) return chainOf(cluster, live);
  const { kind } = live.ref;
  if (kind === 'Job' || kind === 'Node') return { kind: 'found', ownerKind: kind, top: live.ref, workload: live };
  return chainFrom(cluster, live, []);
}

async function chainOf(cluster: WorkloadReader, pod: Pod): Promise<Chain | NotFound> {
  const { owner, ref } = pod;
  // A node owns the mirrors of its static pods, and makes none anew: such a pod stands for itself, never for its node.
  if (owner === undefined || owner.kind === 'Node') return { kind: 'found', ownerKind: 'none', top: ref, below: [] };
  if (!isWorkload(owner)) return foreign(owner, ref.namespace, []);
  return chainThrough(cluster, owner, ref.namespace, []);
}

async function chainThrough(
  cluster: WorkloadReader,
  owner: OwnerRef,
  namespace: string,
  below: ObjectRef[],
): Promise<Chain | NotFound> {
  const workload = await cluster.getWorkload(owner.kind as WorkloadKind, namespace, owner.name);
  if (workload === undefined || workload.ref.uid !== owner.uid) {
    return notFound('notOwned', `its ${owner.kind} ${namespace}/${owner.name} is gone`);
  }
  return chainFrom(cluster, workload, below);
}

async function chainFrom(cluster: WorkloadReader, workload: Workload, below: ObjectRef[]): Promise<Chain | NotFound> {
  const { ref, owner } = workload;
  // Only a ReplicaSet is replaced at every rollout. The others keep their name, whatever operator stands above them.
  if (owner === undefined || ref.kind !== 'ReplicaSet')
    return { kind: 'found', ownerKind: ref.kind, top: ref, workload, below };
  if (!isWorkload(owner)) return foreign(owner, ref.namespace, [...below, ref]);
  return chainThrough(cluster, owner, ref.namespace, [...below, ref]);
}

function isWorkload({ apiVersion, kind }: OwnerRef): boolean {
  return apiVersion.startsWith('apps/') && (workloadKinds as readonly string[]).includes(kind);
}

/** An owner of a kind we do not know is named with its group, so that no foreign kind passes for a known one. */
function foreign({ apiVersion, kind, name, uid }: OwnerRef, namespace: string, below: ObjectRef[]): Chain {
  const group = apiVersion.includes('/') ? `.${apiVersion.split('/')[0]}` : '';
  return { kind: 'found', ownerKind: `${kind}${group}`, top: { kind, namespace, name, uid }, below };
}
