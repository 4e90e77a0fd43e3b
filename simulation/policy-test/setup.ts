import { type Deployment, deploy } from '../cluster/deploy.ts';
import type { FaultPlace } from '../cluster/faults.ts';
import { keyOf, type PodRecord } from '../cluster/records.ts';
import type { Write } from '../cluster/write.ts';
import { World } from '../world.ts';
import { addAutoscaler, addJob, withoutGaps } from './fixtures.ts';
import type { FaultFields, WorkloadFields } from './format/cluster.ts';
import type { EventOf } from './format/events.ts';
import { type Place, placeInWords } from './format/fields.ts';
import type { PolicyCase } from './policy-case.ts';
import { answeringPrometheus, type PrometheusAnswer } from './prometheus-answers.ts';
import { subjectsOf } from './references.ts';
import { Slots } from './slots.ts';

/** What was expected and what came instead. */
export interface Mismatch {
  /** `runs[0].outcome`. */
  field: string;
  expected: string;
  actual: string;
}

/** A change of the cluster by Mendflow, and the place of the pod that it was made to. */
export interface RecordedAct {
  write: Write;
  pod?: number;
}

/** An alert as Alertmanager would send it, and what the test says of it. */
export interface Fired {
  event: EventOf<'alert'>;
  body: { labels: Record<string, string>; annotations: Record<string, string>; startsAt: string };
}

/** A world in which a test plays, and what was noted of it. */
export interface Setup {
  policyCase: PolicyCase;
  world: World;
  slots: Slots;
  acts: RecordedAct[];
  /** Events that could not happen as they are written. */
  wrong: Mismatch[];
  /** Pauses that are on, by their reason. */
  pauses: Map<string, string>;
  /** Answers of runs to people that are still to come, as they would be noted if they never came. */
  pending: Set<Mismatch>;
  /** Every alert that fired, oldest first. */
  fired: Fired[];
}

/** Builds the world of the test as it is at its beginning. */
export function createSetup(policyCase: PolicyCase): Setup {
  const { policies, startMs, limits, switches, cluster } = policyCase;
  const answers: PrometheusAnswer[] = [];
  const prometheus = answeringPrometheus(answers, () => world.clock.nowMs);
  const world: World = new World({ policies, startMs, limits, switches, prometheus });
  const { store } = world.cluster;
  for (const { name, zone, labels, cordoned } of cluster.nodes) store.addNode(name, zone, { labels, cordoned });
  for (const { name, labels, annotations = {} } of cluster.namespaces) {
    store.namespaces.set(name, { labels: { 'kubernetes.io/metadata.name': name, ...labels }, annotations });
  }
  for (const workload of cluster.workloads) deploy(store, deploymentOf(workload));
  for (const job of cluster.jobs) addJob(store, job);
  for (const autoscaler of cluster.autoscalers) addAutoscaler(store, autoscaler);
  store.budgets.push(...cluster.disruptionBudgets);
  const slots = new Slots(store);
  const setup: Setup = {
    ...{ policyCase, world, slots, acts: [], wrong: [], pauses: new Map(), pending: new Set(), fired: [] },
  };
  world.cluster.onWrite = (write) => noteWrite(setup, write);
  answers.push(...answersOf(setup));
  return setup;
}

function deploymentOf({ startup, age, ...workload }: WorkloadFields): Deployment {
  return { ...withoutGaps(workload), startupMs: startup, ageMs: age };
}

function noteWrite({ slots, acts }: Setup, write: Write): void {
  if (!write.changed || write.isNote || write.by === undefined) return;
  slots.refresh();
  const pod = write.object.kind === 'Pod' ? slots.placeOf(write.object.uid) : undefined;
  acts.push({ write, ...(pod !== undefined && { pod }) });
}

/** The key of the workload that a place names. */
export function workloadAt({ policyCase }: Setup, { namespace, kind, workload }: Place): string {
  const found = subjectsOf(policyCase.cluster).find(
    (each) => each.namespace === namespace && each.name === workload && (kind ?? each.kind) === each.kind,
  );
  return keyOf({ namespace, kind: found?.kind ?? kind ?? 'Deployment', name: workload, uid: '' });
}

/** The pod that has the place now; where it is free, that is noted as wrong. */
export function podAt(setup: Setup, place: Place, field: string): PodRecord | undefined {
  setup.slots.refresh();
  const found = setup.slots.podAt(workloadAt(setup, place), place.pod ?? 0);
  if (found === undefined)
    setup.wrong.push({ field, expected: `a pod ${placeInWords(place)}`, actual: 'nobody has the place' });
  return found;
}

/** Lets the fault begin; the pod is the one that has the place now. */
export function beginFault(setup: Setup, fault: FaultFields, field: string): void {
  const { world, policyCase } = setup;
  const { shape, from, until } = fault;
  const place = faultPlace(setup, fault, field);
  if (place === undefined) return;
  world.cluster.store.faults.push({
    ...{ shape, in: place, fromMs: policyCase.startMs + from },
    ...('after' in fault && { afterMs: fault.after }),
    ...(until !== undefined && { untilMs: policyCase.startMs + until }),
  });
}

function faultPlace(setup: Setup, fault: FaultFields, field: string): FaultPlace | undefined {
  if (fault.kind === 'node') return { node: fault.node, untilDrained: fault.curedBy === 'drain' };
  const { store } = setup.world.cluster;
  if (fault.kind === 'job') {
    const job = workloadAt(setup, { ...fault.job, kind: 'Job' });
    const uid = fault.curedBy === 'recreation' ? store.jobs.get(job)?.ref.uid : undefined;
    return { job, ...(uid !== undefined && { uid }) };
  }
  if (fault.kind === 'pod') {
    const pod = podAt(setup, fault.pod, field);
    return pod && { pod: pod.base.ref.uid };
  }
  const record = store.workloads.get(workloadAt(setup, fault.workload));
  if (record === undefined) return undefined;
  const { curedBy, memoryBelow } = fault;
  return {
    workload: keyOf(record.base.ref),
    ...(curedBy === 'rollout' && { upToRevision: record.revision }),
    ...(curedBy === 'room' && { nodesAtMost: store.openNodes() }),
    ...(memoryBelow !== undefined && { memoryBelow }),
  };
}

function answersOf(setup: Setup): PrometheusAnswer[] {
  const { startMs, prometheus } = setup.policyCase;
  return prometheus.map(({ contains, about, value, from, until }, index): PrometheusAnswer => {
    const fromMs = from === undefined ? Number.NEGATIVE_INFINITY : startMs + from;
    const untilMs = until === undefined ? Number.POSITIVE_INFINITY : startMs + until;
    const names = about && namesAt(setup, about, `prometheus[${index}].about`);
    return { contains, value, fromMs, untilMs, ...(names && { names }) };
  });
}

/** A pod is named as it was at the beginning; a workload by its own name or that of any pod it has by then. */
function namesAt(setup: Setup, place: Place, field: string): () => readonly string[] {
  if (place.pod !== undefined) {
    const name = podAt(setup, place, field)?.base.ref.name;
    return () => (name === undefined ? [] : [name]);
  }
  const key = workloadAt(setup, place);
  const { store } = setup.world.cluster;
  return () => [place.workload, ...store.podsUnder(key).map(({ base }) => base.ref.name)];
}
