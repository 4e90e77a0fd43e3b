import type {
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
  VerticalAutoscaler,
  WorkloadChange,
} from '../../activities/kubernetes/port.ts';
import type { VolumeReach } from '../../domain/target/placement/needs.ts';
import type { Pod } from '../../domain/target/pod.ts';
import type { ObjectRef, SubjectKind } from '../../domain/target/target.ts';
import type { Workload } from '../../domain/target/workload.ts';
import type { Clock } from '../temporal/clock.ts';
import { keyOf } from './records.ts';
import { admitReplacement, listOccupants } from './replacements.ts';
import { Store } from './store.ts';
import type { Caller, Effects, Write } from './write.ts';
import { setAutoscalerMax } from './writes/autoscalers.ts';
import { copiesOf, copyJob, deleteJob, markJob, startTask, taskOutcome } from './writes/jobs.ts';
import { cordonNode, uncordonNode } from './writes/nodes.ts';
import { callPod, deletePod, evictPod, resizePod } from './writes/pods.ts';
import { changeWorkload, revisionsOf } from './writes/templates.ts';
import { restartWorkload } from './writes/workloads.ts';

/**
 * A cluster in memory behind the port: its pods fail, are replaced and roll out in virtual time. Every write is kept;
 * a dry run is checked like any other and changes nothing.
 */
export class SimulatedCluster implements Cluster {
  readonly store: Store;
  readonly writes: Write[] = [];
  readonly recorded: OurEvent[] = [];
  /** Last lines of containers' logs, by pod and container name: `checkout-1/app`. */
  readonly logs = new Map<string, string>();
  /** Who calls next; set right before the call. */
  caller: Caller | undefined;
  /** Called with each write, before it takes effect. */
  onWrite: (write: Write) => void = () => undefined;
  readonly #effects: Effects;

  constructor(clock: Clock) {
    this.store = new Store(clock);
    this.#effects = { store: this.store, note: (write) => this.#note(write) };
  }

  async getNamespace(name: string) {
    return this.store.namespaces.get(name);
  }

  async getPod(namespace: string, name: string): Promise<Pod | undefined> {
    const record = this.store.pod(namespace, name);
    return record && this.store.view(record);
  }

  async getWorkload(kind: SubjectKind, namespace: string, name: string): Promise<Workload | undefined> {
    const found = this.store.viewWorkload(keyOf({ kind, namespace, name, uid: '' }));
    return found ?? (kind === 'ReplicaSet' ? this.store.viewSet(namespace, name) : undefined);
  }

  async getAutoscaler(namespace: string, name: string) {
    return this.store.autoscalers.find(({ ref }) => ref.namespace === namespace && ref.name === name);
  }

  async listAutoscalersOf({ kind, namespace, name }: ObjectRef) {
    const all = this.store.autoscalers.filter(({ ref }) => ref.namespace === namespace);
    return all.filter(({ scales }) => scales.kind === kind && scales.name === name);
  }

  async listVerticalAutoscalersOf({ name }: ObjectRef): Promise<VerticalAutoscaler[]> {
    return this.store.verticals.filter(({ scales }) => scales === name);
  }

  async listPodsOf({ ref }: Workload): Promise<Pod[]> {
    const key = keyOf(ref);
    const { store } = this;
    const record = store.workloads.get(key);
    // What belongs to another workload has the pods that it made itself.
    if (record !== undefined && store.topOf(ref) === key) {
      return record.base.ref.uid === ref.uid ? store.podsUnder(key).map((pod) => store.view(pod)) : [];
    }
    return [...store.pods].filter(({ base }) => base.owner?.uid === ref.uid).map((pod) => store.view(pod));
  }

  async listPods(namespace: string): Promise<Pod[]> {
    const { store } = this;
    return [...store.pods].filter(({ base }) => base.ref.namespace === namespace).map((pod) => store.view(pod));
  }

  async listPodsOn(name: string): Promise<Pod[]> {
    const { store } = this;
    return [...store.pods].filter(({ base }) => base.nodeName === name).map((pod) => store.view(pod));
  }

  async admitReplacement(replacement: Replacement) {
    return admitReplacement(this.store, replacement);
  }

  async listOccupants(node: string) {
    return listOccupants(this.store, node);
  }

  async listVolumeReach(_: string, claims: readonly string[]): Promise<VolumeReach[]> {
    return this.store.reaches.filter(({ claim }) => claims.includes(claim));
  }

  async taskOutcome(namespace: string, name: string) {
    return taskOutcome(this.store, namespace, name);
  }

  async listNodes() {
    return [...this.store.nodes.values()].map((node) => this.store.viewNode(node));
  }

  async getConfigMap(namespace: string, name: string) {
    return this.store.configMaps.get(`${namespace}/${name}`);
  }

  vitals() {
    return { calls: 0, p99Ms: 0, serverErrors: 0, throttled: 0 };
  }

  async listEvents({ uid }: ObjectRef): Promise<EventLine[]> {
    const ours = this.recorded.filter(({ regarding }) => regarding.uid === uid);
    return ours.map(({ atMs, reason, note }) => ({ atMs, reason, note, count: 1 })).sort((a, b) => b.atMs - a.atMs);
  }

  async podLog(
    { name }: ObjectRef,
    { container, maxBytes }: Parameters<Cluster['podLog']>[1],
  ): Promise<string | undefined> {
    const log = this.logs.get(`${name}/${container}`) ?? '';
    return Buffer.from(log).subarray(-maxBytes).toString();
  }

  async evictPod(ref: ObjectRef, options: Parameters<Cluster['evictPod']>[1]): Promise<void> {
    evictPod(this.#effects, ref, options);
  }

  async restartWorkload(ref: ObjectRef, options: { token: string; atMs: number; dryRun: boolean }): Promise<void> {
    restartWorkload(this.#effects, ref, options);
  }

  async cordonNode(ref: ObjectRef, options: { token: string; dryRun: boolean }): Promise<void> {
    cordonNode(this.#effects, ref, options);
  }

  async uncordonNode(ref: ObjectRef, options: { token: string; dryRun: boolean }): Promise<void> {
    uncordonNode(this.#effects, ref, options);
  }

  async copyJob(ref: ObjectRef, options: JobCopy): Promise<ObjectRef> {
    return copyJob(this.#effects, ref, options);
  }

  async listCopiesOf(job: Workload): Promise<Workload[]> {
    return copiesOf(this.store, job);
  }

  async markJob(job: Workload, marking: Marking): Promise<void> {
    markJob(this.#effects, job, marking);
  }

  async deleteJob(ref: ObjectRef, options: { dryRun: boolean }): Promise<void> {
    deleteJob(this.#effects, ref, options);
  }

  async startTask(task: Task): Promise<boolean> {
    return startTask(this.#effects, task);
  }

  async callPod(ref: ObjectRef, call: PodCall): Promise<boolean> {
    return callPod(this.#effects, ref, call);
  }

  async listRevisions({ ref }: Workload): Promise<Revision[]> {
    return revisionsOf(this.store, ref);
  }

  async deletePod(ref: ObjectRef, options: { gracePeriodSeconds: number; dryRun: boolean }): Promise<void> {
    deletePod(this.#effects, ref, options);
  }

  async resizePod({ ref }: Pod, options: Parameters<Cluster['resizePod']>[1]): Promise<void> {
    resizePod(this.#effects, ref, options);
  }

  async changeWorkload(workload: Workload, change: WorkloadChange, marking: Marking): Promise<void> {
    changeWorkload(this.#effects, workload, { change, marking });
  }

  async setAutoscalerMax(autoscaler: Autoscaler, max: number, marking: Marking): Promise<void> {
    setAutoscalerMax(this.#effects, autoscaler, { max, marking });
  }

  async recordEvent(event: OurEvent): Promise<void> {
    const isKnown = this.recorded.some(
      ({ key, regarding }) => key === event.key && regarding.uid === event.regarding.uid,
    );
    if (!isKnown) this.recorded.push(event);
  }

  async close(): Promise<void> {}

  #note(write: Omit<Write, 'atMs' | 'by'>): void {
    const by = this.caller === undefined ? {} : { by: this.caller };
    const noted = { atMs: this.store.clock.nowMs, ...write, ...by };
    this.writes.push(noted);
    this.onWrite(noted);
  }
}
