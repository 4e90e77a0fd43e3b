import type { Node } from '../../domain/target/cluster-context.ts';
import { nodeAsWorkload } from '../../domain/target/node-as-workload.ts';
import type { VolumeReach } from '../../domain/target/placement/needs.ts';
import type { Pod } from '../../domain/target/pod.ts';
import type { ObjectRef } from '../../domain/target/target.ts';
import type { Workload } from '../../domain/target/workload.ts';
import type { Clock } from '../temporal/clock.ts';
import { type Fault, type Moment, shownSince } from './faults.ts';
import { type JobRecord, viewJob } from './jobs.ts';
import { viewNode, wellNode } from './node-view.ts';
import { viewPod } from './pod-view.ts';
import {
  type AutoscalerRecord,
  type Budget,
  keyOf,
  Names,
  type PodRecord,
  type VerticalRecord,
  type WorkloadRecord,
} from './records.ts';
import { viewReplicaSet, viewWorkload } from './workload-view.ts';

interface NodeFields {
  labels?: Record<string, string> | undefined;
  cordoned?: boolean;
}

const nodePrefix = keyOf({ kind: 'Node', namespace: '', name: '', uid: '' });

/** Everything that the simulated cluster holds, and how it looks at the clock's moment. */
export class Store {
  readonly clock: Clock;
  readonly names = new Names();
  readonly workloads = new Map<string, WorkloadRecord>();
  /** By their key, as workloads are. */
  readonly jobs = new Map<string, JobRecord>();
  readonly namespaces = new Map<string, { labels: Record<string, string>; annotations: Record<string, string> }>();
  readonly nodes = new Map<string, Node>();
  readonly configMaps = new Map<string, Record<string, string>>();
  readonly autoscalers: AutoscalerRecord[] = [];
  readonly verticals: VerticalRecord[] = [];
  /** Which nodes the volumes of claims can be reached from. */
  readonly reaches: VolumeReach[] = [];
  readonly budgets: Budget[] = [];
  readonly faults: Fault[] = [];
  /** Why the admission of a namespace refuses every new pod, by namespace. */
  readonly refusals = new Map<string, string>();
  readonly #pods = new Map<string, PodRecord>();
  /** Key of the workload that owns what has this uid: a workload, or a ReplicaSet of a Deployment. */
  readonly #owners = new Map<string, string>();
  /** Pods by the key of their top owner; made anew where a pod has gone or an owner has come. */
  #families: Map<string | undefined, PodRecord[]> | undefined;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Puts a pod, in the place of one of the same name. */
  addPod(record: PodRecord): void {
    const key = keyOf(record.base.ref);
    const isNew = !this.#pods.has(key);
    this.#pods.set(key, record);
    if (isNew && this.#families !== undefined) this.#joinFamily(this.#families, record);
    else this.#families = undefined;
  }

  /** Takes away the pod with this uid, not another one of its name. */
  removePod(ref: ObjectRef): void {
    if (this.pod(ref.namespace, ref.name)?.base.ref.uid !== ref.uid) return;
    this.#pods.delete(keyOf(ref));
    this.#families = undefined;
  }

  pod(namespace: string, name: string): PodRecord | undefined {
    return this.#pods.get(`${namespace}/Pod/${name}`);
  }

  get pods(): IterableIterator<PodRecord> {
    return this.#pods.values();
  }

  addNode(name: string, zone?: string, { labels, cordoned = false }: NodeFields = {}): void {
    const node = wellNode(name, { ...(zone !== undefined && { zone }), ...(labels && { labels }) });
    this.nodes.set(name, { ...node, isCordoned: cordoned });
  }

  /** Nodes that take pods. */
  openNodes(): number {
    return [...this.nodes.values()].filter(({ isCordoned }) => !isCordoned).length;
  }

  addWorkload(record: WorkloadRecord): void {
    const { ref } = record.base;
    const key = keyOf(ref);
    this.workloads.set(key, record);
    this.own(ref.uid, key);
    for (const set of record.sets.values()) this.own(set.uid, key);
  }

  /** What has this uid belongs to the workload of that key. */
  own(uid: string, key: string): void {
    this.#owners.set(uid, key);
    this.#families = undefined;
  }

  /** The top owner of what has this owner, as far as it is known here. */
  topOf(owner: { uid: string } | undefined): string | undefined {
    const key = owner && this.#owners.get(owner.uid);
    const parent = key === undefined ? undefined : this.workloads.get(key)?.base.owner;
    return parent === undefined ? key : (this.topOf(parent) ?? key);
  }

  view(record: PodRecord): Pod {
    const { nowMs } = this.clock;
    if (this.faults.length === 0) return viewPod(record, this.faults, { workload: undefined, nowMs, nodes: 0 });
    return viewPod(record, this.faults, this.#momentOf(record));
  }

  /** Pods whose top owner is the workload. */
  podsUnder(key: string): readonly PodRecord[] {
    this.#families ??= Map.groupBy(this.#pods.values(), ({ base }) => this.topOf(base.owner));
    return this.#families.get(key) ?? [];
  }

  /** A workload, or a Job or a node in its place. */
  viewWorkload(key: string): Workload | undefined {
    const record = this.workloads.get(key);
    if (record !== undefined) return viewWorkload(record, this.#members(key), this.clock.nowMs);
    const job = this.jobs.get(key);
    if (job !== undefined) return viewJob(job, this.faults, this.clock.nowMs);
    const node = key.startsWith(nodePrefix) ? this.nodes.get(key.slice(nodePrefix.length)) : undefined;
    return node && nodeAsWorkload(this.viewNode(node));
  }

  /** A ReplicaSet that belongs to a Deployment. */
  viewSet(namespace: string, name: string): Workload | undefined {
    for (const [key, record] of this.workloads) {
      if (record.base.ref.namespace !== namespace) continue;
      for (const [revision, ref] of record.sets) {
        if (ref.name === name) return viewReplicaSet(record, { ref, revision, members: this.#members(key) });
      }
    }
    return undefined;
  }

  viewNode(node: Node): Node {
    const movable = () =>
      [...this.#pods.values()].filter(
        ({ base, goneAtMs }) =>
          base.nodeName === node.name && goneAtMs === undefined && base.owner?.kind !== 'DaemonSet' && !base.isMirror,
      ).length;
    return viewNode(node, this.faults, { nowMs: this.clock.nowMs, movable });
  }

  /** Since when the pod shows a fault; undefined while it is well. */
  faultyOf(record: PodRecord): Fault | undefined {
    const at = this.#momentOf(record);
    return this.faults.find((fault) => shownSince(record, fault, at) !== undefined);
  }

  #momentOf({ base }: PodRecord): Moment {
    return { workload: this.topOf(base.owner), nowMs: this.clock.nowMs, nodes: this.openNodes() };
  }

  #joinFamily(families: Map<string | undefined, PodRecord[]>, record: PodRecord): void {
    const top = this.topOf(record.base.owner);
    const family = families.get(top);
    if (family === undefined) families.set(top, [record]);
    else family.push(record);
  }

  #members(key: string) {
    return this.podsUnder(key).map((record) => ({ pod: this.view(record), revision: record.revision }));
  }
}
