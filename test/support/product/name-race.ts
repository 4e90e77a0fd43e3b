import { actions } from '../../../activities/actions/index.ts';
import { createClusterActivities } from '../../../activities/cluster-activities.ts';
import type { ClusterActivities, RemediateInput } from '../../../activities/contract.ts';
import type { Cluster } from '../../../activities/kubernetes/port.ts';
import { planOf } from '../../../domain/policy/plan.ts';
import { policySchema } from '../../../domain/policy/policy.ts';
import { type ErrorCode, errors } from '../../../domain/run/errors.ts';
import type { Target } from '../../../domain/target/target.ts';
import type { KubernetesApi } from '../../../sandbox/kubernetes-api.ts';
import { anActionAlert } from '../../activities/support/builders.ts';
import { startActivity } from '../../activities/support/run-activity.ts';
import { anAlert } from '../builders.ts';
import { permitted, testKeys } from '../permitted.ts';
import type { PodHistory } from './pod-history.ts';
import { aPolicyFor } from './policies.ts';
import { aContainer, createNamespaces, isCrashing, type PodObject } from './workloads.ts';

/** When somebody else takes the verified pod away, so that its controller gives the name to another one. */
export const moments = [
  'just before the act',
  'so early that the successor has come',
  'between the read and the eviction, so that the successor has come',
  'beside the eviction',
] as const;
export type Moment = (typeof moments)[number];

/** What a race is run on. */
export interface RaceTrack {
  /** The port as the worker has it. */
  cluster: Cluster;
  /** The rival. */
  admin: KubernetesApi;
  history: PodHistory;
  random: () => number;
}

/** The names that are raced for. */
export interface Lanes extends RaceTrack {
  names: readonly string[];
  verify: ClusterActivities['verify'];
  /** Uids that were raced for already. */
  raced: Set<string>;
}

/** How a race ended. */
export interface RaceEnd {
  verifiedUid: string;
  /** `evicted`, `nothing to do`, or the code that the act was refused with. */
  how: 'evicted' | 'nothing to do' | ErrorCode;
  /** Whether the rival took the verified pod away. */
  isRivalsDoing: boolean;
  attempts: number;
}

/**
 * StatefulSets that are raced on, each in a namespace of its own name: a controller looks after one of them at a time,
 * and the lists of a namespace's pods and events stay short.
 */
const sets = ['db-a', 'db-b', 'db-c', 'db-d', 'db-e'];
const setOf = (pod: string) => pod.slice(0, 'db-x'.length);
const policy = policySchema(actions).parse(aPolicyFor('Crash', { scope: { namespaces: sets } }));
const attemptsAtMost = 5;
const mostLooks = 6;

const activitiesOn = (cluster: Cluster) =>
  createClusterActivities({
    ...{ cluster, clusterName: 'sandbox', policies: () => [policy], now: Date.now, identity: {}, keys: testKeys },
    ...{ switches: { mode: 'Auto' }, guardPause: async () => undefined, logger: { warn: () => undefined } },
  });

/** A node that could take a replacement; nothing runs on it. */
const aNode = { apiVersion: 'v1', kind: 'Node', metadata: { name: 'roomy' } };
const roomy = {
  status: {
    allocatable: { cpu: '64', memory: '64Gi', pods: '1000' },
    capacity: { cpu: '64', memory: '64Gi', pods: '1000' },
    conditions: [{ type: 'Ready', status: 'True' }],
  },
};

/**
 * Names for `replicas` pods of each StatefulSet. No node takes the pods: simulated kubelets act on names, and would end
 * successors of their own accord. The race itself plays the kubelet.
 */
export async function openLanes(track: RaceTrack, replicas: number): Promise<Lanes> {
  const { admin } = track;
  await createNamespaces(admin, sets);
  await admin.apply([aNode]);
  await admin.call('PATCH', '/api/v1/nodes/roomy/status', { type: 'application/merge-patch+json', content: roomy });
  const objects = sets.map((name) => {
    const labels = { app: name };
    const template = { metadata: { labels }, spec: { containers: [aContainer], schedulerName: 'none' } };
    const rest = { serviceName: name, podManagementPolicy: 'Parallel', selector: { matchLabels: labels } };
    return {
      apiVersion: 'apps/v1',
      kind: 'StatefulSet',
      metadata: { name, namespace: name },
      spec: { replicas, template, ...rest },
    };
  });
  await admin.apply(objects);
  const names = sets.flatMap((name) => Array.from({ length: replicas }, (_, index) => `${name}-${index}`));
  await Promise.all(names.map(async (name) => crash(track, await track.history.when(name, () => true))));
  return { ...track, names, verify: activitiesOn(track.cluster).verify, raced: new Set() };
}

/** The pod shows what its kubelet would say of a crash loop; another pod of the name is left alone. */
async function crash({ admin }: RaceTrack, { metadata: { namespace, name, uid } }: PodObject): Promise<void> {
  const finishedAt = new Date().toISOString();
  const terminated = { exitCode: 1, reason: 'Error', startedAt: finishedAt, finishedAt };
  const container = {
    ...{ name: aContainer.name, image: aContainer.image, imageID: '', ready: false, restartCount: 3 },
    ...{ state: { waiting: { reason: 'CrashLoopBackOff' } }, lastState: { terminated } },
  };
  await admin.call('PATCH', `/api/v1/namespaces/${namespace}/pods/${name}/status`, {
    type: 'application/merge-patch+json',
    content: { metadata: { uid }, status: { phase: 'Running', containerStatuses: [container] } },
  });
}

/** Verifies the pod of that name, and acts on it while it is replaced by another one that is as ill. */
export async function race(lanes: Lanes, name: string, moment: Moment): Promise<RaceEnd> {
  const { history, verify, raced } = lanes;
  await history.when(name, (pod) => isCrashing(pod) && !raced.has(pod.metadata.uid));
  const labels = { alertname: 'Crash', namespace: setOf(name), pod: name };
  const alert = anAlert({ alertname: 'Crash', cluster: 'sandbox', labels });
  const { outcome: assessment } = await asTemporal(verify, { alert });
  if ('code' in assessment) throw new Error(`${name} cannot be verified: ${assessment.code}`);
  if (assessment.kind !== 'actionable') throw new Error(`${name}: ${assessment.detail}`);
  const { target } = assessment;
  const verifiedUid = target.pod?.uid ?? '';
  raced.add(verifiedUid);
  const rival = rivalOf(lanes, name, verifiedUid);
  const [end] = await Promise.all([actBeside(lanes, target, { moment, rival }), rival.successorCame]);
  return { verifiedUid, isRivalsDoing: await rival.hasTakenIt(), ...end };
}

interface Rival {
  /** Takes the verified pod away at once, grace or not, unless it is gone. */
  strike(): Promise<void>;
  /** There is a successor, as ill as the pod before. */
  successorCame: Promise<void>;
  hasTakenIt(): Promise<boolean>;
  /** Lists what is there, which takes a moment. */
  look(): Promise<void>;
}

function rivalOf(track: RaceTrack, name: string, uid: string): Rival {
  const { admin, history } = track;
  const pods = `/api/v1/namespaces/${setOf(name)}/pods`;
  let struck: Promise<boolean> | undefined;
  const take = async () => {
    const content = { apiVersion: 'v1', kind: 'DeleteOptions', gracePeriodSeconds: 0, preconditions: { uid } };
    try {
      await admin.call('DELETE', `${pods}/${name}`, { type: 'application/json', content });
      return true;
    } catch (error) {
      if (/: (404|409) /.test((error as Error).message)) return false;
      throw error;
    }
  };
  const successorCame = history
    .when(name, ({ metadata }) => metadata.uid !== uid)
    .then((successor) => crash(track, successor));
  return {
    successorCame,
    async strike() {
      struck ??= take();
      await struck;
    },
    hasTakenIt: async () => (await struck) ?? false,
    look: () => admin.call('GET', `${pods}?limit=1`),
  };
}

/** Runs `remediate` with the rival at the moment. */
async function actBeside(
  { cluster, random }: RaceTrack,
  target: Target,
  { moment, rival }: { moment: Moment; rival: Rival },
): Promise<Pick<RaceEnd, 'how' | 'attempts'>> {
  const strikeAndWait = async () => {
    await rival.strike();
    await rival.successorCame;
  };
  switch (moment) {
    case 'just before the act':
      await rival.strike();
      return act(cluster, target);
    case 'so early that the successor has come':
      await strikeAndWait();
      return act(cluster, target);
    case 'between the read and the eviction, so that the successor has come': {
      const getPod: Cluster['getPod'] = async (...named) => {
        const pod = await cluster.getPod(...named);
        await strikeAndWait();
        return pod;
      };
      return act({ ...cluster, getPod }, target);
    }
    case 'beside the eviction': {
      const evictPod: Cluster['evictPod'] = async (...asked) => {
        const eviction = cluster.evictPod(...asked);
        // An eviction takes the server longer than a deletion: some looks first, and either may win.
        const looks = Math.floor(random() * mostLooks);
        for (let look = 0; look < looks; look++) await rival.look();
        const [evicted] = await Promise.allSettled([eviction, rival.strike()]);
        if (evicted.status === 'rejected') throw evicted.reason;
      };
      return act({ ...cluster, evictPod }, target);
    }
    default:
      return moment satisfies never;
  }
}

async function act(cluster: Cluster, target: Target): Promise<Pick<RaceEnd, 'how' | 'attempts'>> {
  const [step] = planOf(policy).steps;
  if (step === undefined) throw new Error('the policy has no step');
  const token = `race-of-${target.pod?.uid}.0`;
  const alert = { ...anActionAlert, alertname: 'Crash', labels: { namespace: target.namespace, alertname: 'Crash' } };
  const asked = { target, policy: policy.metadata.name, step, token, dryRun: false, alert };
  const input: RemediateInput = permitted(asked, Date.now());
  const { remediate } = activitiesOn(cluster);
  const { outcome, attempts } = await asTemporal(remediate, input);
  if ('code' in outcome) return { how: outcome.code, attempts };
  return { how: outcome.changed ? 'evicted' : 'nothing to do', attempts };
}

/** Runs an activity again while it fails with what may be tried again. */
async function asTemporal<I, O>(
  activity: (input: I) => Promise<O>,
  input: I,
): Promise<{ outcome: O | { code: ErrorCode }; attempts: number }> {
  for (let attempt = 1; ; attempt++) {
    try {
      return {
        outcome: await startActivity(activity, input, { attempt, scheduledTimestampMs: Date.now() }).result,
        attempts: attempt,
      };
    } catch (error) {
      const { code } = error as { code?: ErrorCode };
      if (code === undefined) throw error;
      if (!errors[code].retry || attempt === attemptsAtMost) return { outcome: { code }, attempts: attempt };
    }
  }
}
