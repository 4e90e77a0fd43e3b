import type { Alert } from '../../../domain/alert/alert.ts';
import { fingerprintOf } from '../../../domain/alert/fingerprint.ts';
import { remediationWorkflowId } from '../../../domain/run/contract.ts';
import { startRollout } from '../../../simulation/cluster/controllers.ts';
import { keyOf, type PodRecord, type WorkloadRecord } from '../../../simulation/cluster/records.ts';
import type { World } from '../../../simulation/world.ts';
import type { Naming, ScheduledEvent } from './schedule.ts';
import type { AlertTruth, Delivery } from './trace.ts';

type Trouble = Extract<ScheduledEvent, { kind: 'trouble' }>;

const minuteMs = 60_000;
/** From the fault to its alert. */
const alertAfterMs = 60_000;

/** Those who make trouble, and the alerts about it. */
export class Cast {
  readonly alerts: AlertTruth[] = [];
  readonly deliveries: Delivery[] = [];
  readonly #world: World;
  readonly #workloads: readonly WorkloadRecord[];
  readonly #delivered: Alert[] = [];

  constructor(world: World, workloads: readonly WorkloadRecord[]) {
    this.#world = world;
    this.#workloads = workloads;
  }

  keyOf(index: number): string {
    return keyOf(this.#workload(index).base.ref);
  }

  trouble(plan: Trouble): void {
    const { clock, cluster } = this.#world;
    const workload = this.#workload(plan.workload);
    const pod = this.#pod(workload, plan.pod);
    if (pod === undefined) return;
    const { store } = cluster;
    const fromMs = clock.nowMs;
    const place = {
      pod: { pod: pod.base.ref.uid },
      node: { node: pod.base.nodeName ?? '' },
      template: { workload: keyOf(workload.base.ref), upToRevision: workload.revision },
    }[plan.where];
    const { shape, lasts } = plan;
    store.faults.push({ shape, in: place, fromMs, ...(lasts === 0 ? {} : { untilMs: fromMs + lasts * minuteMs }) });
    clock.after(alertAfterMs, () => this.#deliver(this.#alert(workload, pod, plan.naming), plan.copies));
  }

  falseAlarm({ workload: index, pod, naming }: Extract<ScheduledEvent, { kind: 'falseAlarm' }>): void {
    const workload = this.#workload(index);
    const found = this.#pod(workload, pod);
    if (found !== undefined) this.#deliver(this.#alert(workload, found, naming), 0);
  }

  /** The sender says the last thing about an alert once more, or what is new: an alert that was resolved fires anew. */
  again(index: number, what: 'resolved' | 'firing' | 'repeat'): void {
    const known = index % Math.max(1, this.#delivered.length);
    const alert = this.#delivered[known];
    if (alert === undefined) return;
    const status = what === 'repeat' ? alert.status : what;
    const isNew = status === 'firing' && alert.status === 'resolved';
    const at = new Date(this.#world.clock.nowMs).toISOString();
    const next = { ...alert, status, ...(isNew && { startsAt: at, receivedAt: at }) };
    this.#delivered[known] = next;
    this.#hand(next);
  }

  flap({ alert, times, seconds }: Extract<ScheduledEvent, { kind: 'flap' }>): void {
    for (let time = 0; time < times; time++) {
      const inMs = 2 * time * seconds * 1_000;
      this.#world.clock.after(inMs, () => this.again(alert, 'resolved'));
      this.#world.clock.after(inMs + seconds * 1_000, () => this.again(alert, 'firing'));
    }
  }

  rollout(index: number): void {
    const workload = this.#workload(index);
    if (workload.base.strategy !== 'None') startRollout(this.#world.cluster.store, workload);
  }

  optOut(index: number): string {
    const workload = this.#workload(index);
    const label = { 'mendflow.dev/remediation': 'disabled' };
    workload.base = { ...workload.base, labels: { ...workload.base.labels, ...label } };
    return keyOf(workload.base.ref);
  }

  nodeDown({ node, minutes }: Extract<ScheduledEvent, { kind: 'nodeDown' }>): void {
    const { clock, cluster } = this.#world;
    const fromMs = clock.nowMs;
    const untilMs = fromMs + minutes * minuteMs;
    cluster.store.faults.push({ shape: 'NotReady', in: { node: `n${node + 1}` }, fromMs, untilMs });
  }

  #workload(index: number): WorkloadRecord {
    return this.#workloads[index % this.#workloads.length] as WorkloadRecord;
  }

  #pod({ base }: WorkloadRecord, index: number): PodRecord | undefined {
    const pods = this.#world.cluster.store.podsUnder(keyOf(base.ref));
    return pods[index % Math.max(1, pods.length)];
  }

  #alert(workload: WorkloadRecord, { base: pod }: PodRecord, naming: Naming): Alert {
    const { ref } = workload.base;
    const kind = ref.kind.toLowerCase();
    const labelsOf: Record<Naming, Record<string, string>> = {
      pod: { namespace: ref.namespace, pod: pod.ref.name },
      workload: { namespace: ref.namespace, [kind]: ref.name },
      nothing: { namespace: ref.namespace },
      empty: { namespace: ref.namespace, pod: '' },
      wrongNamespace: { namespace: 'elsewhere', pod: pod.ref.name },
      otherWorkload: { namespace: ref.namespace, pod: pod.ref.name, deployment: `${ref.name}-other` },
    };
    const labels: Record<string, string> = { alertname: 'PodFails', ...labelsOf[naming] };
    const at = new Date(this.#world.clock.nowMs).toISOString();
    const alert: Alert = {
      fingerprint: fingerprintOf(labels),
      alertname: 'PodFails',
      cluster: 'default',
      status: 'firing',
      labels,
      annotations: {},
      startsAt: at,
      receiver: 'mendflow',
      receivedAt: at,
    };
    const isNamed = naming === 'pod' || naming === 'workload';
    this.alerts.push({ workflowId: remediationWorkflowId(alert), ...(isNamed && { workload: keyOf(ref) }) });
    return alert;
  }

  #deliver(alert: Alert, copies: number): void {
    this.#delivered.push(alert);
    this.#hand(alert);
    for (let copy = 1; copy <= copies; copy++) this.#world.clock.after(copy * 30_000, () => this.#hand(alert));
  }

  /** Gives it to the intake, which takes everything here. */
  #hand(alert: Alert): void {
    const { status, startsAt } = alert;
    const atMs = this.#world.clock.nowMs;
    this.deliveries.push({ atMs, workflowId: remediationWorkflowId(alert), status, startsAt });
    this.#world.deliver(alert);
  }
}
