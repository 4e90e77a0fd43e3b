import type { ActionAlert } from '../../../activities/contract.ts';
import type { Autoscaler } from '../../../activities/kubernetes/port.ts';
import type { Node } from '../../../domain/target/cluster-context.ts';
import type { PodNeeds } from '../../../domain/target/placement/needs.ts';
import type { Container, Pod } from '../../../domain/target/pod.ts';
import type { Target } from '../../../domain/target/target.ts';
import type { Workload } from '../../../domain/target/workload.ts';

export const nowMs = Date.parse('2026-03-01T10:00:00Z');
export const agoMs = (seconds: number) => nowMs - seconds * 1_000;

/** A container that has run for an hour and is well. */
export function aContainer(changes: Partial<Container> = {}): Container {
  const state = { kind: 'running' as const, startedAtMs: agoMs(3_600) };
  return { name: 'app', isInit: false, isReady: true, restarts: 0, state, ...changes };
}

/** A ready pod `checkout-1` of ReplicaSet `checkout-7d9f`. */
export function aPod(changes: Partial<Pod> & { name?: string } = {}): Pod {
  const { name = 'checkout-1', ...rest } = changes;
  return {
    ref: { kind: 'Pod', namespace: 'shop', name, uid: `uid-${name}` },
    labels: { app: 'checkout' },
    owner: { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: 'checkout-7d9f', uid: 'uid-checkout-7d9f' },
    isMirror: false,
    graceSeconds: 30,
    isTerminating: false,
    phase: 'Running',
    isReady: true,
    conditions: [{ type: 'Ready', status: 'True', reason: '', message: '' }],
    createdAtMs: agoMs(3_600),
    nodeName: 'node-1',
    images: ['registry/checkout:1'],
    configs: [],
    claims: [],
    containers: [aContainer()],
    ...rest,
  };
}

/** What an action may know of the alert. */
export const anActionAlert: ActionAlert = {
  alertname: 'PodCrashLooping',
  cluster: 'test',
  fingerprint: 'a1b2c3d4e5f60718',
  labels: { alertname: 'PodCrashLooping', namespace: 'shop' },
  startsAt: '2026-03-01T09:59:00Z',
};

/** Node `node-1`, well. */
export function aNode(changes: Partial<Node> = {}): Node {
  const meta = { uid: `uid-${changes.name ?? 'node-1'}`, labels: {}, annotations: {} };
  return { name: 'node-1', ...meta, isCordoned: false, isReady: true, conditions: [], ...changes };
}

/** What a pod of `shop` asks for that is happy anywhere. */
export function someNeeds(changes: Partial<PodNeeds> = {}): PodNeeds {
  const nothing = { tolerations: [], hostPorts: [], beside: [], apart: [], spread: [], claims: [] };
  return { namespace: 'shop', labels: { app: 'checkout' }, requests: {}, nodeSelector: {}, ...nothing, ...changes };
}

/** A pod whose container was killed for its memory `restarts` times and waits to be started again. */
export function anOomKilledPod(name = 'checkout-1', restarts = 3, secondsAgo = 20): Pod {
  const last = { kind: 'terminated' as const, reason: 'OOMKilled', exitCode: 137, finishedAtMs: agoMs(secondsAgo) };
  const state = { kind: 'waiting' as const, reason: 'CrashLoopBackOff', message: 'back-off 20s' };
  const containers = [aContainer({ isReady: false, restarts, state, lastTermination: last })];
  const conditions = [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: '' }];
  return aPod({ name, isReady: false, containers, conditions });
}

/** Deployment `checkout` of three pods, rolled out and well. */
export function aWorkload(changes: Partial<Workload> = {}): Workload {
  return {
    ref: { kind: 'Deployment', namespace: 'shop', name: 'checkout', uid: 'uid-checkout' },
    labels: {},
    annotations: {},
    podSelector: 'app=checkout',
    desired: 3,
    isPaused: false,
    strategy: 'RollingUpdate',
    partition: 0,
    generation: 2,
    observedGeneration: 2,
    counts: { replicas: 3, updated: 3, ready: 3, available: 3 },
    isRevisionCurrent: true,
    conditions: [],
    templateAnnotations: {},
    ...changes,
  };
}

/** The ReplicaSet between the Deployment and its pods. */
export function aReplicaSet(): Workload {
  return aWorkload({
    ref: { kind: 'ReplicaSet', namespace: 'shop', name: 'checkout-7d9f', uid: 'uid-checkout-7d9f' },
    owner: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout', uid: 'uid-checkout' },
    strategy: 'None',
  });
}

export const threePods = () => ['checkout-1', 'checkout-2', 'checkout-3'].map((name) => aPod({ name }));

/** What `verify` gave for `checkout-1`. */
export function aTarget(changes: Partial<Target> = {}): Target {
  return {
    cluster: 'test',
    namespace: 'shop',
    workload: aWorkload().ref,
    pod: aPod().ref,
    facts: {
      ownerKind: 'Deployment',
      isMirrorPod: false,
      isOptedOut: false,
      isOurs: false,
      otherReadyPods: 2,
      desiredPods: 3,
    },
    ...changes,
  };
}

/** Job `nightly-1`, which has failed for good. */
export function aFailedJob(changes: Partial<Workload> = {}): Workload {
  const message = 'Job has reached the specified backoff limit';
  return aWorkload({
    ref: { kind: 'Job', namespace: 'shop', name: 'nightly-1', uid: 'uid-nightly-1' },
    podSelector: 'batch.kubernetes.io/controller-uid=uid-nightly-1',
    desired: 1,
    strategy: 'None',
    generation: 0,
    observedGeneration: 0,
    counts: { replicas: 0, updated: 0, ready: 0, available: 0 },
    conditions: [{ type: 'Failed', status: 'True', reason: 'BackoffLimitExceeded', message }],
    progressFailure: message,
    ...changes,
  });
}

/** The same Job, had it done its work. */
export function aCompleteJob(): Workload {
  const { progressFailure: _, ...job } = aFailedJob();
  const conditions = [{ type: 'Complete', status: 'True', reason: '', message: '' }];
  return { ...job, counts: { replicas: 1, updated: 1, ready: 1, available: 1 }, conditions };
}

/** The autoscaler of Deployment `checkout`, which wants all of its three replicas. */
export function anAutoscaler(changes: Partial<Autoscaler> = {}): Autoscaler {
  return {
    ref: { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'checkout', uid: 'uid-hpa' },
    labels: {},
    annotations: {},
    scales: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' },
    ...{ min: 1, max: 3, current: 3, desired: 3, conditions: [] },
    ...changes,
  };
}
