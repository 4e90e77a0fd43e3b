import type {
  Admitted,
  Autoscaler,
  Cluster,
  EventLine,
  Marking,
  Replacement,
  Revision,
  Task,
  WorkloadChange,
} from '../../../activities/kubernetes/port.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import type { Node } from '../../../domain/target/cluster-context.ts';
import type { Occupant, PodNeeds, VolumeReach } from '../../../domain/target/placement/needs.ts';
import type { Pod } from '../../../domain/target/pod.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import type { Workload } from '../../../domain/target/workload.ts';
import { keyOf, type VerticalRecord } from '../../../simulation/cluster/records.ts';
import { SimulatedCluster } from '../../../simulation/cluster/simulated-cluster.ts';
import { Clock } from '../../../simulation/temporal/clock.ts';
import { aNode, aReplicaSet, aWorkload, nowMs, someNeeds, threePods } from './builders.ts';

/**
 * The simulated cluster at a moment at which time stands still, with the objects that a test puts there: they are read
 * exactly as they are given. Every call is noted in words. What the simulation has no model of is given by the test.
 */
export class TestCluster extends SimulatedCluster {
  /** Of every object. */
  events: EventLine[] = [];
  /** Of every workload; absent: those that the simulation counts. */
  revisions: Revision[] | undefined;
  /** By the container's name; one that is not here has no kubelet that answers. */
  containerLogs: Record<string, string> = {};
  /** Logs of the runs before the last restart; undefined where the node has dropped them. Absent: as `containerLogs`. */
  previousLogs: Record<string, string | undefined> = {};
  /** What a fresh pod asks for; the pods that are there hold as much. */
  needs: PodNeeds = someNeeds();
  /** Why the admission of the cluster refuses every fresh pod. */
  refusesPods: string | undefined;
  /** Pods of other workloads on a node. */
  occupants: Record<string, Occupant[]> = {};
  /** Notes of ours that were written on objects. */
  marks: Marking['mark'][] = [];
  started: Task[] = [];
  calls: string[] = [];
  /** Called before every call is answered; may throw, may change the cluster. */
  before: (call: string) => void = () => undefined;

  constructor() {
    super(new Clock(nowMs));
    this.namespace('shop');
    this.nodes = [aNode({ zone: 'zone-a' })];
    this.workloads = [aWorkload(), aReplicaSet()];
    this.pods = threePods();
    for (const name of Object.keys(inWords) as Method[]) this.#noted(name);
  }

  namespace(name: string, { labels = {}, annotations = {} }: Partial<Record<'labels' | 'annotations', object>> = {}) {
    this.store.namespaces.set(name, { labels: { ...labels }, annotations: { ...annotations } });
  }

  get pods(): readonly Pod[] {
    return [...this.store.pods].map((record) => this.store.view(record));
  }
  set pods(pods: readonly Pod[]) {
    for (const { base } of [...this.store.pods]) this.store.removePod(base.ref);
    for (const pod of pods) this.put(pod);
  }
  /** Puts a pod, or what it looks like now. */
  put(pod: Pod) {
    this.store.addPod({ base: pod, isStill: true, revision: 1, template: 1, startupMs: 0 });
  }

  get workloads(): readonly Workload[] {
    const { workloads, jobs } = this.store;
    return [...workloads.keys(), ...jobs.keys()].flatMap((key) => this.store.viewWorkload(key) ?? []);
  }
  set workloads(workloads: readonly Workload[]) {
    this.store.workloads.clear();
    this.store.jobs.clear();
    for (const workload of workloads) this.putWorkload(workload);
  }

  /** Puts a workload or a Job, or what it looks like now. */
  putWorkload(workload: Workload) {
    const { ref, labels, annotations, owner, desired, conditions } = workload;
    if (ref.kind !== 'Job') {
      const still = { base: workload, isStill: true, revision: 1, template: 1, templates: 1, startupMs: 0 };
      const templatesAtMs = new Map([[1, nowMs]]);
      const made = { images: [], configs: [], claims: [] };
      this.store.addWorkload({ ...still, ...made, templatesAtMs, sets: new Map(), observedAtMs: nowMs });
      return;
    }
    const ended = (['Failed', 'Complete'] as const).find((type) => conditions.some((one) => one.type === type));
    const takesMs = Number.POSITIVE_INFINITY;
    const own = { ref, labels, annotations, completions: desired, createdAtMs: nowMs, origin: keyOf(ref), takesMs };
    this.store.jobs.set(keyOf(ref), { ...own, ...(owner && { owner }), ...(ended && { ended }) });
  }

  get nodes(): readonly Node[] {
    return [...this.store.nodes.values()];
  }
  set nodes(nodes: readonly Node[]) {
    this.store.nodes.clear();
    for (const node of nodes) this.putNode(node);
  }
  /** Puts a node, or what it looks like now. */
  putNode(node: Node) {
    this.store.nodes.set(node.name, node);
  }

  set autoscalers(autoscalers: Autoscaler[]) {
    this.store.autoscalers.splice(0, Number.POSITIVE_INFINITY, ...autoscalers);
  }
  set verticals(verticals: VerticalRecord[]) {
    this.store.verticals.splice(0, Number.POSITIVE_INFINITY, ...verticals);
  }
  set reaches(reaches: VolumeReach[]) {
    this.store.reaches.splice(0, Number.POSITIVE_INFINITY, ...reaches);
  }

  set configMaps(configMaps: Record<string, Record<string, string>>) {
    this.store.configMaps.clear();
    for (const [key, data] of Object.entries(configMaps)) this.store.configMaps.set(key, data);
  }

  override async listEvents(_: ObjectRef) {
    return this.events;
  }
  override async listRevisions(workload: Workload) {
    return this.revisions ?? super.listRevisions(workload);
  }
  override async podLog(_: ObjectRef, { container, previous }: Parameters<Cluster['podLog']>[1]) {
    if (previous && container in this.previousLogs) return this.previousLogs[container];
    const log = this.containerLogs[container];
    if (log === undefined) throw new MendflowError('CLUSTER_UNAVAILABLE', 'no kubelet answers');
    return log;
  }
  override async admitReplacement(replacement: Replacement): Promise<Admitted> {
    if (this.refusesPods !== undefined) throw new MendflowError('NOT_REPLACEABLE', this.refusesPods);
    const held = replacement.kind === 'pod' ? [replacement.pod] : this.pods;
    const seats = held.flatMap(({ ref, nodeName: node }) =>
      node === undefined ? [] : [{ node, uid: ref.uid, requests: this.needs.requests }],
    );
    const isOnEachSeat = replacement.kind === 'pod' && replacement.pod.owner?.kind === 'DaemonSet';
    return { needs: this.needs, seats, isOnEachSeat };
  }
  override async listOccupants(node: string) {
    return [...(this.occupants[node] ?? [])];
  }

  /** Notes every call of this method of the port before it is done. */
  #noted(name: Method) {
    const method = (this[name] as (...args: unknown[]) => Promise<unknown>).bind(this);
    const words = inWords[name] as (...args: unknown[]) => string;
    const noted = async (...args: unknown[]) => {
      const call = [name, words(...args)].filter(Boolean).join(' ');
      this.calls.push(call);
      this.before(call);
      if (name === 'startTask') this.started.push(args[0] as Task);
      for (const given of args) if (isMarking(given)) this.marks.push(given.mark);
      return method(...args);
    };
    Object.assign(this, { [name]: noted });
  }
}

const isMarking = (given: unknown): given is Marking =>
  typeof given === 'object' && given !== null && 'mark' in given && 'token' in given;

type Method = Exclude<keyof Cluster, 'vitals' | 'close'>;
const dry = ({ dryRun }: { dryRun: boolean }) => (dryRun ? ' dry' : '');

/** What a note says of each call, behind its name. */
const inWords: { [Name in Method]: (...args: Parameters<Cluster[Name]>) => string } = {
  getNamespace: (name) => name,
  getPod: (_, name) => name,
  getWorkload: (kind, _, name) => `${kind} ${name}`,
  getAutoscaler: (_, name) => name,
  getConfigMap: (namespace, name) => `${namespace}/${name}`,
  listAutoscalersOf: ({ name }) => name,
  listVerticalAutoscalersOf: ({ name }) => name,
  listCopiesOf: ({ ref }) => ref.name,
  listPodsOf: ({ ref }) => ref.name,
  listPods: (namespace) => namespace,
  listPodsOn: (node) => node,
  listNodes: () => '',
  listEvents: ({ name }) => name,
  listRevisions: ({ ref }) => ref.name,
  listOccupants: (node) => node,
  listVolumeReach: (_, claims) => claims.join(),
  podLog: (_, { container }) => container,
  taskOutcome: (_, name) => name,
  admitReplacement: (asked) => `${asked.kind} ${asked.kind === 'pod' ? asked.pod.ref.name : asked.workload.name}`,
  evictPod: ({ name }, options) => `${name}${dry(options)}`,
  deletePod: ({ name }, options) => `${name}${dry(options)}`,
  callPod: ({ name }, { method, path }) => `${name} ${method} ${path}`,
  resizePod: ({ ref }, { container, to, dryRun }) => `${ref.name} ${container} ${to.limit}${dry({ dryRun })}`,
  restartWorkload: ({ name }, { token }) => `${name} ${token}`,
  changeWorkload: ({ ref }, change, marking) => `${ref.name} ${changeInWords(change)}${dry(marking)}`,
  setAutoscalerMax: ({ ref }, max, marking) => `${ref.name} ${max}${dry(marking)}`,
  cordonNode: ({ name }, options) => `${name} ${options.token}${dry(options)}`,
  uncordonNode: ({ name }, options) => `${name}${dry(options)}`,
  copyJob: (job, copy) => `${job.name} ${copy.name}${dry(copy)}`,
  markJob: ({ ref }, marking) => `${ref.name}${dry(marking)}`,
  deleteJob: ({ name }, options) => `${name}${dry(options)}`,
  startTask: (task) => `${task.name}${dry(task)}`,
  recordEvent: ({ reason, regarding }) => `${reason} ${regarding.name}`,
};

function changeInWords(change: WorkloadChange): string {
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
