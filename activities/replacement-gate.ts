import { MendflowError } from '../domain/run/errors.ts';
import { inStartupProbe, type Pod } from '../domain/target/pod.ts';
import type { ObjectRef } from '../domain/target/target.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { Cluster, Replacement, WorkloadChange } from './kubernetes/port.ts';
import { overriding } from './kubernetes/reads-only.ts';
import { type Meanwhile, mustComeBack, readRooms } from './replaceable.ts';

type Deps = Pick<ClusterDeps, 'cluster' | 'census'>;
type Writes = Pick<
  Cluster,
  'evictPod' | 'deletePod' | 'restartWorkload' | 'changeWorkload' | 'copyJob' | 'markJob' | 'listPodsOn'
>;

/** How an act reaches the cluster. */
export interface Gate {
  /** The port: each write that takes a pod or changes a template asks first whether pods could come back. */
  cluster: Cluster;
  /** Begins to ask for this pod, beside what else is to be read; the answer serves the next write of this gate once. */
  prepare(pod: Pod): void;
  /** Asks for each of these pods; no two are given the same room. Throws as the writes do. */
  replaceable(pods: readonly Pod[]): Promise<void>;
}

/**
 * The one door to the cluster for every action (G23, G24): whatever an action does, no pod is taken and no template is
 * changed whose pods could not come back, and no pod is taken while it is in its startup probe. Dry runs are asked like any
 * other, but not twice for a pod that `replaceable` has passed.
 * `closedNode`: takes no pods from now on.
 */
export function replacementGate(deps: Deps, { closedNode }: Pick<Meanwhile, 'closedNode'> = {}): Gate {
  const { cluster } = deps;
  const seen = new Map<string, Pod>();
  const replaceableUids = new Set<string>();
  let prepared: { pod: Pod; answer: Promise<void> } | undefined;
  const ask = (replacement: Replacement, rooms = readRooms(cluster)) =>
    mustComeBack(deps, replacement, { closedNode, rooms });
  const askOf = (pod: Pod) => (isReplaced(pod) ? ask({ kind: 'pod', pod }) : Promise.resolve());
  const beforeTaking = async (ref: ObjectRef, dryRun: boolean) => {
    if (dryRun && replaceableUids.has(ref.uid)) return;
    const begun = prepared?.pod.ref.uid === ref.uid ? prepared : undefined;
    prepared = undefined;
    // A pod of a node that is drained is as it was listed: it may not be read by itself in every namespace.
    const pod = begun?.pod ?? seen.get(ref.uid) ?? (await cluster.getPod(ref.namespace, ref.name));
    // What is gone or another object by now, the write itself refuses.
    if (pod?.ref.uid !== ref.uid) return;
    mustHaveStarted(pod);
    await (begun?.answer ?? askOf(pod));
  };
  const note = (pods: readonly Pod[]) => {
    for (const pod of pods) seen.set(pod.ref.uid, pod);
  };
  return {
    cluster: overriding(cluster, guardedWrites(cluster, { ask, beforeTaking, note })),
    prepare(pod) {
      const answer = askOf(pod);
      // Whoever takes the pod hears of it.
      answer.catch(() => undefined);
      prepared = { pod, answer };
    },
    async replaceable(pods) {
      const rooms = readRooms(cluster);
      for (const pod of pods.filter(isReplaced)) {
        await ask({ kind: 'pod', pod }, rooms);
        replaceableUids.add(pod.ref.uid);
      }
    },
  };
}

interface Questions {
  ask(replacement: Replacement): Promise<void>;
  beforeTaking(ref: ObjectRef, dryRun: boolean): Promise<void>;
  note(pods: readonly Pod[]): void;
}

/** A fresh pod would begin its slow start anew (G24). Throws EVICTION_BLOCKED: the pod may go once it has started. */
function mustHaveStarted(pod: Pod): void {
  const container = inStartupProbe(pod);
  if (container === undefined) return;
  const { namespace, name } = pod.ref;
  const why = `container ${container} is in its startup probe`;
  throw new MendflowError('EVICTION_BLOCKED', `Pod ${namespace}/${name} is not taken while it starts: ${why}`);
}

/** The writes that take pods or change templates, each with its question before it. */
function guardedWrites(cluster: Cluster, { ask, beforeTaking, note }: Questions): Writes {
  const askOfJob = (workload: ObjectRef) => ask({ kind: 'template', workload, change: { kind: 'none' } });
  return {
    async listPodsOn(node) {
      const pods = await cluster.listPodsOn(node);
      note(pods);
      return pods;
    },
    async evictPod(ref, options) {
      await beforeTaking(ref, options.dryRun);
      await cluster.evictPod(ref, options);
    },
    async deletePod(ref, options) {
      await beforeTaking(ref, options.dryRun);
      await cluster.deletePod(ref, options);
    },
    async restartWorkload(workload, options) {
      await ask({ kind: 'template', workload, change: { kind: 'restart' } });
      await cluster.restartWorkload(workload, options);
    },
    async changeWorkload(workload, change, marking) {
      if (changesTemplate(change)) await ask({ kind: 'template', workload: workload.ref, change });
      await cluster.changeWorkload(workload, change, marking);
    },
    // With this note a copy begins.
    async markJob(job, marking) {
      await askOfJob(job.ref);
      await cluster.markJob(job, marking);
    },
    async copyJob(job, options) {
      await askOfJob(job);
      return cluster.copyJob(job, options);
    },
  };
}

/** What has ended holds nothing any more, and what no controller owns nothing replaces: other rules judge it. */
const isReplaced = ({ owner, phase }: Pod) => owner !== undefined && phase !== 'Succeeded' && phase !== 'Failed';

const changesTemplate = ({ kind }: WorkloadChange) => kind === 'template' || kind === 'memory';
