import type { Container, Pod } from '../../../domain/target/pod.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import type { PrometheusAnswer } from '../../../simulation/policy-test/prometheus-answers.ts';
import { aContainer, aFailedJob, agoMs, aNode, aPod, aReplicaSet, aWorkload } from './builders.ts';
import { TestCluster } from './test-cluster.ts';

/** Names as the controllers make them; the payloads of `test/payloads` speak of these objects. */
const podName = 'checkout-7d9f8b6c54-x2x7p';
const setName = 'checkout-7d9f8b6c54';
const setUid = `uid-${setName}`;

/** A cluster that has the fault of an alert, what Prometheus measures there, and what the run is then about. */
export interface IllCluster {
  policy: string;
  target: { kind: string; name: string; pod?: string };
  cluster: TestCluster;
  measured?: Pick<PrometheusAnswer, 'contains' | 'value'>[];
}

const names = ['m4k9q', 'w8zt2'].map((suffix) => `${setName}-${suffix}`);
const ofSet = { apiVersion: 'apps/v1', kind: 'ReplicaSet', name: setName, uid: setUid };

function aCheckout(changes: Partial<Pod> & { name: string }): Pod {
  return aPod({ owner: ofSet, labels: { app: 'checkout', 'pod-template-hash': '7d9f8b6c54' }, ...changes });
}

/** Deployment shop/checkout of three pods, one of which is ill. */
function withIllPod(changes: Partial<Pod>): TestCluster {
  const cluster = new TestCluster();
  const ref: ObjectRef = { kind: 'ReplicaSet', namespace: 'shop', name: setName, uid: setUid };
  cluster.workloads = [
    aWorkload({ counts: { replicas: 3, updated: 3, ready: 2, available: 2 } }),
    { ...aReplicaSet(), ref },
  ];
  cluster.pods = [aCheckout({ name: podName, ...changes }), ...names.map((name) => aCheckout({ name }))];
  return cluster;
}

const unready = {
  isReady: false,
  conditions: [{ type: 'Ready', status: 'False', reason: 'ContainersNotReady', message: '', sinceMs: agoMs(900) }],
};

function withContainer(changes: Partial<Container>, pod: Partial<Pod> = {}): TestCluster {
  return withIllPod({ ...unready, containers: [aContainer({ isReady: false, ...changes })], ...pod });
}

const ended = (reason: string, exitCode: number) => ({
  restarts: 5,
  lastTermination: {
    ...{ kind: 'terminated' as const, reason, exitCode },
    ...{ startedAtMs: agoMs(120), finishedAtMs: agoMs(60) },
  },
});
const waiting = (reason: string) => ({ state: { kind: 'waiting' as const, reason, message: '' } });
const pod = { kind: 'Deployment', name: 'checkout', pod: podName };

function withNode(type: string, status: string): TestCluster {
  const cluster = new TestCluster();
  const labels = { 'mendflow.dev/remediation': 'enabled' };
  const ready = { type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' };
  const ill = { type, status, reason: 'Kubelet', message: '' };
  const conditions = type === 'Ready' ? [ill] : [ready, ill];
  const node = aNode({ name: 'worker-3', labels, conditions, isReady: type !== 'Ready' });
  cluster.nodes = [node, aNode({ name: 'worker-1' }), aNode({ name: 'worker-2' })];
  cluster.workloads = [];
  cluster.pods = [];
  return cluster;
}

function withStuckRollout(): TestCluster {
  const cluster = withIllPod({});
  const message = 'ReplicaSet "checkout-7d9f8b6c54" has timed out progressing.';
  const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded', message }];
  const counts = { replicas: 4, updated: 1, ready: 3, available: 3 };
  cluster.putWorkload(aWorkload({ conditions, counts, progressFailure: message }));
  return cluster;
}

function withFailedJob(): TestCluster {
  const cluster = new TestCluster();
  const name = 'nightly-import-28934110';
  cluster.workloads = [aFailedJob({ ref: { kind: 'Job', namespace: 'shop', name, uid: `uid-${name}` } })];
  cluster.pods = [];
  return cluster;
}

function withFullVolume(): TestCluster {
  const cluster = new TestCluster();
  const ref: ObjectRef = { kind: 'StatefulSet', namespace: 'shop', name: 'orders', uid: 'uid-orders' };
  const counts = { replicas: 1, updated: 1, ready: 1, available: 1 };
  cluster.workloads = [aWorkload({ ref, desired: 1, counts })];
  const owner = { apiVersion: 'apps/v1', kind: 'StatefulSet', name: 'orders', uid: 'uid-orders' };
  cluster.pods = [aPod({ name: 'orders-0', owner, claims: ['data-orders-0'] })];
  return cluster;
}

function withFullAutoscaler(): TestCluster {
  const cluster = withIllPod({});
  cluster.autoscalers = [
    {
      ref: { kind: 'HorizontalPodAutoscaler', namespace: 'shop', name: 'checkout', uid: 'uid-hpa' },
      ...{ labels: {}, annotations: {}, scales: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'checkout' } },
      ...{ min: 2, max: 3, current: 3, desired: 3, conditions: [] },
    },
  ];
  return cluster;
}

const noRoom = {
  ...{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable' },
  message: '0/3 nodes are available: 3 Insufficient memory.',
};

const orders = { kind: 'StatefulSet', name: 'orders', pod: 'orders-0' };
const job = { kind: 'Job', name: 'nightly-import-28934110' };
const node = { kind: 'Node', name: 'worker-3' };
const checkout = { kind: 'Deployment', name: 'checkout' };
const fill = (value: number) => [{ contains: 'kubelet_volume_stats_available_bytes', value }];

const leaking = (): IllCluster => ({
  ...{ policy: 'memory-leak', target: pod, cluster: withIllPod({}) },
  measured: [{ contains: 'container_memory_working_set_bytes', value: 0.92 }],
});
const oomKilled = (): IllCluster => ({
  ...{ policy: 'oom-killed', target: pod },
  cluster: withContainer({ ...ended('OOMKilled', 137), ...waiting('CrashLoopBackOff') }),
});
const crashing = (): IllCluster => ({
  ...{ policy: 'crash-loop', target: pod },
  cluster: withContainer({ ...ended('Error', 1), ...waiting('CrashLoopBackOff') }),
});
const notReady = (): IllCluster => ({ policy: 'readiness', target: pod, cluster: withContainer({}) });
const hanging = (): IllCluster => ({
  ...{ policy: 'liveness', target: pod },
  cluster: withContainer({ ...ended('Error', 137), state: { kind: 'running', startedAtMs: agoMs(50) } }),
});
const unpulled = (): IllCluster => ({
  ...{ policy: 'image-pull', target: pod },
  cluster: withContainer(waiting('ImagePullBackOff'), { phase: 'Pending' }),
});
const misconfigured = (): IllCluster => ({
  ...{ policy: 'config-error', target: pod },
  cluster: withContainer(waiting('CreateContainerConfigError'), { phase: 'Pending' }),
});
const unscheduled = (): IllCluster => ({
  ...{ policy: 'unschedulable', target: pod },
  cluster: withIllPod({ phase: 'Pending', isReady: false, containers: [], conditions: [noRoom] }),
});
const pending = (): IllCluster => ({
  ...{ policy: 'pod-pending', target: pod },
  cluster: withContainer(waiting('ContainerCreating'), { phase: 'Pending' }),
});
const stuck = (): IllCluster => ({ policy: 'stuck-rollout', target: checkout, cluster: withStuckRollout() });
const failed = (): IllCluster => ({ policy: 'job-failed', target: job, cluster: withFailedJob() });
const filling = (value: number) => (): IllCluster => ({
  ...{ policy: 'pvc-nearly-full', target: orders, cluster: withFullVolume(), measured: fill(value) },
});
const atMaximum = (): IllCluster => ({
  ...{ policy: 'hpa-at-max', target: checkout, cluster: withFullAutoscaler() },
  measured: [{ contains: 'ScalingLimited', value: 1 }],
});
const notReadyNode = (status: 'False' | 'Unknown') => (): IllCluster => ({
  ...{ policy: 'node-not-ready', target: node, cluster: withNode('Ready', status) },
});
const silent = notReadyNode('Unknown');
/** Its kubelet answers, and says that the node is not ready. */
const unwell = notReadyNode('False');
const pressed = (): IllCluster => ({
  ...{ policy: 'node-pressure', target: node, cluster: withNode('MemoryPressure', 'True') },
});
const diskFull = (): IllCluster => ({
  ...{ policy: 'node-disk-full', target: node, cluster: withNode('DiskPressure', 'True') },
});

/** For each alert of `test/payloads` the cluster that it speaks of, at the moment when its rule begins to fire. */
export const illClusters: Readonly<Record<string, () => IllCluster>> = {
  MemoryLeakDetected: leaking,
  PodOOMKilled: oomKilled,
  MendflowPodOOMKilled: oomKilled,
  PodCrashLooping: crashing,
  MendflowPodCrashLoopBackOff: crashing,
  KubePodCrashLooping: crashing,
  PodNotReady: notReady,
  MendflowPodNotReady: notReady,
  PodLivenessFailing: hanging,
  MendflowPodLivenessFailed: hanging,
  PodImagePullFailing: unpulled,
  MendflowPodImagePullBackOff: unpulled,
  PodConfigError: misconfigured,
  MendflowPodCreateContainerConfigError: misconfigured,
  PodUnschedulable: unscheduled,
  MendflowPodUnschedulable: unscheduled,
  PodPending: pending,
  KubePodNotReady: pending,
  DeploymentRolloutStuck: stuck,
  MendflowRolloutStuck: stuck,
  KubeDeploymentRolloutStuck: stuck,
  JobFailed: failed,
  MendflowJobFailed: failed,
  KubeJobFailed: failed,
  VolumeNearlyFull: filling(0.91),
  // It fires where less than 15 % is left.
  KubePersistentVolumeFillingUp: filling(0.86),
  AutoscalerAtMax: atMaximum,
  KubeHpaMaxedOut: atMaximum,
  NodeNotReady: silent,
  MendflowNodeNotReady: silent,
  KubeNodeNotReady: silent,
  NodePressure: pressed,
  MendflowNodePressure: pressed,
  NodeDiskFull: diskFull,
  MendflowNodeDiskFull: diskFull,
};

/** Alerts that fire for a second state of their object as well. */
export const illClustersToo: Readonly<Record<string, () => IllCluster>> = {
  NodeNotReady: unwell,
  MendflowNodeNotReady: unwell,
  KubeNodeNotReady: unwell,
};
