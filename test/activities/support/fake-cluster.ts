import { actions } from '../../../activities/actions/index.ts';
import { createCensus } from '../../../activities/census.ts';
import type { ClusterDeps } from '../../../activities/cluster-deps.ts';
import { clusterLimits } from '../../../activities/cluster-deps.ts';
import type {
  Admitted,
  Autoscaler,
  Cluster,
  EventLine,
  JobCopy,
  Marking,
  OurEvent,
  PodCall,
  Replacement,
  Revision,
  Task,
  TaskOutcome,
  VerticalAutoscaler,
  WorkloadChange,
} from '../../../activities/kubernetes/port.ts';
import { nothingConfigured, openOutside } from '../../../activities/outside/outside.ts';
import type { Alert } from '../../../domain/alert/alert.ts';
import { type Policy, policySchema } from '../../../domain/policy/policy.ts';
import { copyOfAnnotation } from '../../../domain/run/contract.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import type { Node } from '../../../domain/target/cluster-context.ts';
import { firstNameOf } from '../../../domain/target/job-copies.ts';
import type { Occupant, PodNeeds, VolumeReach } from '../../../domain/target/placement/needs.ts';
import type { Pod } from '../../../domain/target/pod.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import type { Workload } from '../../../domain/target/workload.ts';
import { testKeys } from '../../support/permitted.ts';
import { aNode, aReplicaSet, aWorkload, nowMs, someNeeds, threePods } from './builders.ts';

/** A cluster in memory: change `pods` and `workloads` to change what is read; every call is noted. */
export class FakeCluster implements Cluster {
  namespaces: Record<string, Record<string, string>> = { shop: {} };
  annotations: Record<string, Record<string, string>> = {};
  configMaps: Record<string, Record<string, string>> = {};
  nodes: Node[] = [aNode({ zone: 'zone-a' })];
  autoscalers: Autoscaler[] = [];
  verticals: (VerticalAutoscaler & { scales: string })[] = [];
  pods: Pod[] = threePods();
  workloads: Workload[] = [aWorkload(), aReplicaSet()];
  events: EventLine[] = [];
  revisions: Revision[] = [];
  logs: Record<string, string> = {};
  /** Logs of the runs before the last restart; undefined where the node has dropped them. Absent: as `logs`. */
  previousLogs: Record<string, string | undefined> = {};
  tasks: Record<string, TaskOutcome> = {};
  started: Task[] = [];
  recorded: OurEvent[] = [];
  /** What a fresh pod asks for; the pods that are there hold as much. */
  needs: PodNeeds = someNeeds();
  /** Why the admission of the cluster refuses every fresh pod. */
  refusesPods: string | undefined;
  occupants: Record<string, Occupant[]> = {};
  reaches: VolumeReach[] = [];
  /** Notes of ours that were written on objects. */
  marks: Marking['mark'][] = [];
  calls: string[] = [];
  /** Called before every call is answered; may throw, may change the cluster. */
  before: (call: string) => void = () => undefined;

  async getNamespace(name: string) {
    this.#note(`getNamespace ${name}`);
    const labels = this.namespaces[name];
    return labels && { labels, annotations: this.annotations[name] ?? {} };
  }
  async getPod(namespace: string, name: string) {
    this.#note(`getPod ${name}`);
    return this.pods.find(({ ref }) => ref.namespace === namespace && ref.name === name);
  }
  async getWorkload(kind: string, namespace: string, name: string) {
    this.#note(`getWorkload ${kind} ${name}`);
    return this.workloads.find(({ ref }) => ref.kind === kind && ref.namespace === namespace && ref.name === name);
  }
  async getAutoscaler(namespace: string, name: string) {
    this.#note(`getAutoscaler ${name}`);
    return this.autoscalers.find(({ ref }) => ref.namespace === namespace && ref.name === name);
  }
  async listAutoscalersOf({ kind, name }: ObjectRef) {
    this.#note(`listAutoscalersOf ${name}`);
    return this.autoscalers.filter(({ scales }) => scales.kind === kind && scales.name === name);
  }
  async listVerticalAutoscalersOf({ name }: ObjectRef) {
    this.#note(`listVerticalAutoscalersOf ${name}`);
    return this.verticals.filter(({ scales }) => scales === name);
  }
  async listPodsOf({ ref }: Workload) {
    this.#note(`listPodsOf ${ref.name}`);
    return this.pods;
  }
  async listPods(namespace: string) {
    this.#note(`listPods ${namespace}`);
    return this.pods.filter(({ ref }) => ref.namespace === namespace);
  }
  async listPodsOn(node: string) {
    this.#note(`listPodsOn ${node}`);
    return this.pods.filter(({ nodeName }) => nodeName === node);
  }
  async admitReplacement(replacement: Replacement): Promise<Admitted> {
    const { name } = replacement.kind === 'pod' ? replacement.pod.ref : replacement.workload;
    this.#note(`admitReplacement ${replacement.kind} ${name}`);
    if (this.refusesPods !== undefined) throw new MendflowError('NOT_REPLACEABLE', this.refusesPods);
    const held = replacement.kind === 'pod' ? [replacement.pod] : this.pods;
    const seats = held.flatMap(({ ref, nodeName: node }) =>
      node === undefined ? [] : [{ node, uid: ref.uid, requests: this.needs.requests }],
    );
    const isOnEachSeat = replacement.kind === 'pod' && replacement.pod.owner?.kind === 'DaemonSet';
    return { needs: this.needs, seats, isOnEachSeat };
  }
  async listOccupants(node: string) {
    this.#note(`listOccupants ${node}`);
    return [...(this.occupants[node] ?? [])];
  }
  async listVolumeReach(_: string, claims: readonly string[]) {
    this.#note(`listVolumeReach ${claims.join()}`);
    return this.reaches;
  }
  async taskOutcome(_: string, name: string) {
    this.#note(`taskOutcome ${name}`);
    return this.tasks[name];
  }
  async cordonNode({ name }: { name: string }, { token, dryRun }: { token: string; dryRun: boolean }) {
    this.#note(`cordonNode ${name} ${token}${dryRun ? ' dry' : ''}`);
  }
  async uncordonNode({ name }: { name: string }, { dryRun }: { dryRun: boolean }) {
    this.#note(`uncordonNode ${name}${dryRun ? ' dry' : ''}`);
  }
  async copyJob(job: ObjectRef, { name, first, dryRun }: JobCopy) {
    this.#note(`copyJob ${job.name} ${name}${dryRun ? ' dry' : ''}`);
    return { ...job, name, uid: `uid-${name}`, workOf: first };
  }
  async listCopiesOf(job: Workload) {
    this.#note(`listCopiesOf ${job.ref.name}`);
    const first = firstNameOf(job);
    return this.workloads.filter(({ ref, labels }) => labels[copyOfAnnotation] === first && ref.uid !== job.ref.uid);
  }
  async markJob({ ref }: Workload, { dryRun, mark }: Marking) {
    this.#note(`markJob ${ref.name}${dryRun ? ' dry' : ''}`);
    this.marks.push(mark);
  }
  async deleteJob({ name }: { name: string }, { dryRun }: { dryRun: boolean }) {
    this.#note(`deleteJob ${name}${dryRun ? ' dry' : ''}`);
  }
  async callPod({ name }: { name: string }, { method, path }: PodCall) {
    this.#note(`callPod ${name} ${method} ${path}`);
    return true;
  }
  async startTask(task: Task) {
    this.#note(`startTask ${task.name}${task.dryRun ? ' dry' : ''}`);
    this.started.push(task);
    return true;
  }
  async listNodes() {
    this.#note('listNodes');
    return this.nodes;
  }
  async getConfigMap(namespace: string, name: string) {
    this.#note(`getConfigMap ${namespace}/${name}`);
    return this.configMaps[`${namespace}/${name}`];
  }
  vitals() {
    return { calls: 0, p99Ms: 0, serverErrors: 0, throttled: 0 };
  }
  async listEvents({ name }: { name: string }) {
    this.#note(`listEvents ${name}`);
    return this.events;
  }
  async listRevisions({ ref }: Workload) {
    this.#note(`listRevisions ${ref.name}`);
    return this.revisions;
  }
  async podLog(_: unknown, { container, previous }: { container: string; previous: boolean }) {
    this.#note(`podLog ${container}`);
    if (previous && container in this.previousLogs) return this.previousLogs[container];
    const log = this.logs[container];
    if (log === undefined) throw new MendflowError('CLUSTER_UNAVAILABLE', 'no kubelet answers');
    return log;
  }
  async evictPod({ name }: { name: string }, { dryRun }: { dryRun: boolean }) {
    this.#note(`evictPod ${name}${dryRun ? ' dry' : ''}`);
    if (!dryRun) this.pods = this.pods.map((pod) => (pod.ref.name === name ? { ...pod, isTerminating: true } : pod));
  }
  async restartWorkload({ name }: { name: string }, { token }: { token: string }) {
    this.#note(`restartWorkload ${name} ${token}`);
  }
  async deletePod({ name }: ObjectRef, { dryRun }: { dryRun: boolean }) {
    this.#note(`deletePod ${name}${dryRun ? ' dry' : ''}`);
    if (!dryRun) this.pods = this.pods.map((pod) => (pod.ref.name === name ? { ...pod, isTerminating: true } : pod));
  }
  async resizePod({ ref }: Pod, { container, to, dryRun }: Parameters<Cluster['resizePod']>[1]) {
    this.#note(`resizePod ${ref.name} ${container} ${to.limit}${dryRun ? ' dry' : ''}`);
  }
  async changeWorkload({ ref }: Workload, change: WorkloadChange, { dryRun, mark }: Marking) {
    this.#note(`changeWorkload ${ref.name} ${inWords(change)}${dryRun ? ' dry' : ''}`);
    this.marks.push(mark);
  }
  async setAutoscalerMax({ ref }: Autoscaler, max: number, { dryRun, mark }: Marking) {
    this.#note(`setAutoscalerMax ${ref.name} ${max}${dryRun ? ' dry' : ''}`);
    this.marks.push(mark);
  }
  async recordEvent(event: OurEvent) {
    this.#note(`recordEvent ${event.reason} ${event.regarding.name}`);
    this.recorded.push(event);
  }
  async close() {}

  /** Replaces one pod by what it looks like now. */
  put(pod: Pod) {
    this.pods = [...this.pods.filter(({ ref }) => ref.name !== pod.ref.name), pod];
  }
  #note(call: string) {
    this.calls.push(call);
    this.before(call);
  }
}

function inWords(change: WorkloadChange): string {
  switch (change.kind) {
    case 'replicas':
      return `replicas ${change.to}`;
    case 'template':
      return `template ${change.to.name}`;
    case 'memory':
      return `memory ${change.container} ${change.to.limit}`;
    case 'none':
      return 'mark';
    default:
      return change satisfies never;
  }
}

interface PolicyParts {
  name?: string;
  verify?: unknown[];
  scope?: object;
  steps?: unknown[];
}

/** Policy `memory-leak` for namespace `shop`, in Auto mode. */
export function aPolicy({ name = 'memory-leak', verify, scope, steps }: PolicyParts = {}): Policy {
  return policySchema(actions).parse({
    apiVersion: 'mendflow.dev/v1alpha1',
    kind: 'RemediationPolicy',
    metadata: { name },
    spec: {
      mode: 'Auto',
      match: { alerts: ['alertname=~"MemoryLeakDetected|PodCrashLooping"'] },
      scope: scope ?? { namespaces: ['shop'] },
      verify: verify ?? [{ podCondition: { reason: 'OOMKilled', restartsAtLeast: 2, within: '10m' } }],
      steps: steps ?? [{ evictPod: {} }, { rolloutRestart: {} }],
    },
  });
}

export function anAlert(labels: Record<string, string> = { namespace: 'shop', pod: 'checkout-1' }): Alert {
  return {
    fingerprint: '0123456789abcdef',
    alertname: 'MemoryLeakDetected',
    cluster: 'test',
    status: 'firing',
    labels: { alertname: 'MemoryLeakDetected', ...labels },
    annotations: {},
    startsAt: new Date(nowMs).toISOString(),
    receiver: 'mendflow',
    receivedAt: new Date(nowMs).toISOString(),
  };
}

/** Dependencies around a cluster: time stands still unless `now` moves it. */
export function depsOf(cluster: Cluster, changes: Partial<ClusterDeps> = {}): ClusterDeps {
  return {
    cluster,
    clusterName: 'test',
    policies: () => [aPolicy()],
    actions,
    now: () => nowMs,
    monotonicMs: () => 0,
    keys: testKeys,
    census: createCensus(cluster, () => nowMs),
    outside: openOutside(nothingConfigured),
    switches: { mode: 'Auto' },
    guardPause: async () => undefined,
    identity: { ownNamespace: 'automation' },
    logger: { warn: () => undefined },
    limits: { ...clusterLimits, pollEveryMs: 1 },
    ...changes,
  };
}
