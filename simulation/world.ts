import { ApplicationFailure } from '@temporalio/common';
import type { ClusterActivities, HubActivities, Notification } from '../activities/contract.ts';
import type { Switches } from '../activities/kill-switch.ts';
import type { Cluster } from '../activities/kubernetes/port.ts';
import type { Prometheus } from '../activities/prometheus.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { GuardGauges } from '../domain/guard/gauges.ts';
import { type GuardOrderKind, signOrder } from '../domain/guard/order.ts';
import { defaultLimits, type GuardLimits } from '../domain/guard/rules/rule.ts';
import { emptyGuardState, type GuardState, type Pause } from '../domain/guard/state.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { signApproval } from '../domain/run/approval.ts';
import {
  type AlertNews,
  clusterTaskQueue,
  guardSignals,
  guardTaskQueue,
  guardWorkflowId,
  type HumanMessageName,
  hubTaskQueue,
  queries,
  remediationWorkflowId,
  signals,
  workflowTypes,
} from '../domain/run/contract.ts';
import * as workflows from '../workflows/index.ts';
import { SimulatedCluster } from './cluster/simulated-cluster.ts';
import type { Write } from './cluster/write.ts';
import { episodeOf, type RunView, viewRun } from './episode.ts';
import type { Network } from './network.ts';
import { keepAlive, startClusterWorker, startHub } from './processes.ts';
import { notifying, type ReceiverFate } from './receivers.ts';
import { Clock } from './temporal/clock.ts';
import type { Execution } from './temporal/execution.ts';
import type { FaultInjection } from './temporal/fault-injection.ts';
import type { AnyFunction } from './temporal/instance.ts';
import { Server, WorkflowNotFound } from './temporal/server.ts';

export interface WorldOptions {
  policies: readonly Policy[];
  /** Unix ms. */
  startMs: number;
  clusterName?: string;
  limits?: GuardLimits;
  /** What the guard knows when it begins; absent: nothing. */
  guardState?: GuardState;
  switches?: Switches;
  ownNamespace?: string;
  /** Absent: a policy that asks Prometheus fails with PROMETHEUS_UNAVAILABLE. */
  prometheus?: Prometheus;
  faultInjection?: FaultInjection;
  network?: Network;
  /** Between two reads while waiting for health; less than the heartbeat timeout. */
  pollEveryMs?: number;
  /** Events after which a workflow is told to continue as new. */
  eventsPerRun?: number;
  /** Stands between Temporal and the activities, to watch them or to plant a fault. */
  tamper?: Tamper;
  /** What a receiver does with a message that is sent now; absent: it takes them all. */
  receivers?: (receiver: string) => ReceiverFate;
  /** Called whenever the guard's state has changed, with how its storm breaker stands. */
  onGuarded?: (storm: string) => void;
}

/** As often a worker looks whether its guard runs. */
const guardCheckMs = 30_000;
/** So often it is looked whether every run has ended. */
const strideMs = 600_000;

/** Each gets what is there and gives what is used instead. */
export interface Tamper {
  hub?(activities: HubActivities): HubActivities;
  worker?(activities: ClusterActivities): ClusterActivities;
  port?(port: Cluster, cluster: SimulatedCluster): Cluster;
  /** What the worker of the cluster takes for the policies in force. */
  policies?(policies: readonly Policy[]): readonly Policy[];
  workflows?(real: Record<string, AnyFunction>): Record<string, AnyFunction>;
  /** Events after which a workflow is told to continue as new. */
  eventsPerRun?: number;
  /** The worker does not see the pauses of the guard. */
  isBlindToPauses?: true;
}

/** A message that reached a person. */
export interface Told {
  atMs: number;
  receiver: string;
  notification: Notification;
}

/** The key of the api and the workers. */
export const worldKeys = [{ id: 'simulation', secret: 'the-key-of-the-simulation-0123456789ab' }];

export type { RunView } from './episode.ts';

/** Mendflow's real workflows and activities over a simulated cluster, in virtual time. */
export class World {
  readonly clock: Clock;
  readonly server: Server;
  readonly cluster: SimulatedCluster;
  readonly clusterName: string;
  /** The policies in force; may be changed at any time. */
  policies: readonly Policy[];
  readonly told: Told[] = [];
  readonly #hub: ReturnType<typeof keepAlive>;
  readonly #worker: ReturnType<typeof keepAlive>;
  #messages = 0;

  constructor(options: WorldOptions) {
    const { clusterName = 'default', faultInjection, tamper } = options;
    const eventsPerRun = tamper?.eventsPerRun ?? options.eventsPerRun;
    const code = workflows as Record<string, AnyFunction>;
    this.clusterName = clusterName;
    this.policies = options.policies;
    this.clock = new Clock(options.startMs);
    this.cluster = new SimulatedCluster(this.clock);
    const now = () => this.clock.nowMs;
    const guarded = (_: string, { storm }: GuardGauges) => options.onGuarded?.(storm);
    const workerQueue = clusterTaskQueue(clusterName);
    this.server = new Server({
      clock: this.clock,
      workflows: tamper?.workflows?.(code) ?? code,
      activities: (queue) => (queue === workerQueue ? this.#worker.current : this.#hub.current) as object,
      sinks: { metrics: { closed: () => undefined, guarded } },
      onClosed: ({ workflowId, status }) => {
        if (workflowId === this.guardId && status !== 'continuedAsNew') this.#startGuardAgain();
      },
      ...(faultInjection === undefined ? {} : { faultInjection }),
      ...(eventsPerRun === undefined ? {} : { eventsPerRun }),
    });
    const { server, cluster } = this;
    const tell = (receiver: string, notification: Notification) => {
      this.told.push({ atMs: now(), receiver, notification });
    };
    const fateOf = options.receivers ?? (() => 'delivers' as const);
    const notify = notifying({ clock: this.clock, fateOf, tell });
    const hub = { server, limits: options.limits ?? defaultLimits, keys: worldKeys, notify, now };
    const asHub = tamper?.hub ?? ((real: HubActivities) => real);
    const asWorker = tamper?.worker ?? ((real: ClusterActivities) => real);
    this.#hub = keepAlive((isAlive) => asHub(startHub(hub, isAlive)));
    const worker = {
      ...{ server, cluster, clusterName, keys: worldKeys, now },
      network: options.network ?? (() => undefined),
      kill: () => this.crashClusterWorker(0),
      isBlindToPauses: tamper?.isBlindToPauses === true,
      tamper: tamper?.port ?? ((port: Cluster) => port),
      policies: () => tamper?.policies?.(this.policies) ?? this.policies,
      switches: options.switches ?? { mode: 'Auto' as const },
      identity: { ownNamespace: options.ownNamespace ?? 'mendflow-system' },
      limits: { pollEveryMs: options.pollEveryMs ?? 1_000 },
      ...(options.prometheus === undefined ? {} : { prometheus: options.prometheus }),
    };
    this.#worker = keepAlive((isAlive) => asWorker(startClusterWorker(worker, isAlive)));
    this.#startGuard(options.guardState);
  }

  get guardId(): string {
    return guardWorkflowId(this.clusterName);
  }

  /** Hands an alert in, as the intake does: a firing one starts its run or joins it, a resolved one is told to its run. */
  deliver(alert: Alert): void {
    const workflowId = remediationWorkflowId(alert);
    const news: AlertNews = { startsAt: alert.startsAt, receivedAt: alert.receivedAt };
    if (alert.status === 'resolved') {
      if (this.server.isRunning(workflowId)) void this.#signal(workflowId, signals.resolved, news);
      return;
    }
    const options = { workflowId, taskQueue: hubTaskQueue, args: [{ alert }] };
    this.server.signalWithStart(workflowTypes.remediation, options, { name: signals.alert, args: [news] });
  }

  /** Lets time pass. */
  advance(ms: number): Promise<void> {
    return this.clock.runUntil(this.clock.nowMs + ms);
  }

  /** Lets time pass until every run has ended, and no further than `endMs`. */
  async runUntilAllEnded(endMs: number): Promise<void> {
    do await this.clock.runUntil(Math.min(endMs, this.clock.nowMs + strideMs));
    while (this.clock.nowMs < endMs && this.runs().some(({ closedAtMs }) => closedAtMs === undefined));
  }

  /** Says something to a run as a person; gives the run's answer, or why it cannot take it. */
  say(
    workflowId: string,
    verb: HumanMessageName,
    { who = 'ada', ...more }: { who?: string; note?: string; digest?: string } = {},
  ): Promise<string> {
    this.#messages += 1;
    const message = { id: `message-${this.#messages}`, who, at: new Date(this.clock.nowMs).toISOString(), ...more };
    const signature = signApproval(worldKeys, workflowId, message);
    return this.server
      .update(workflowId, verb, [{ ...message, signature }])
      .then(String, (error: Error) => error.message);
  }

  pause(pause: Omit<Pause, 'sinceMs'>): void {
    void this.#signal(this.guardId, guardSignals.pause, { ...pause, sinceMs: this.clock.nowMs });
  }

  resume(id: string, who = 'ada'): void {
    this.#order(guardSignals.resume, 'resume', { id, who, why: 'it is over' });
  }

  /** Forgets one workload's acts, as a person may. */
  resetWorkload(workload: string, who = 'ada', why = 'repaired by hand'): void {
    this.#messages += 1;
    this.#order(guardSignals.resetWorkload, 'reset', { id: `reset-${this.#messages}`, workload, who, why });
  }

  /** Signed, as the api does it. */
  #order(
    signal: string,
    kind: GuardOrderKind,
    said: { id: string; who: string; why: string; workload?: string },
  ): void {
    const order = { ...said, at: new Date(this.clock.nowMs).toISOString() };
    void this.#signal(this.guardId, signal, signOrder(worldKeys, { cluster: this.clusterName, kind }, order));
  }

  /** The sender had to leave alerts out. */
  tellTruncated(): void {
    void this.#signal(this.guardId, guardSignals.truncated, { sender: 'alertmanager', atMs: this.clock.nowMs });
  }

  /** Tells the guard, as the intake does, that an alert named a cluster that we do not know. */
  tellUnknownCluster(cluster: string): void {
    const heard = { cluster, sender: 'alertmanager', alerts: 1, atMs: this.clock.nowMs };
    void this.#signal(this.guardId, guardSignals.unknownCluster, heard);
  }

  /** The worker of the hub dies with all that it does; another is there after `downMs`. */
  crashHub(downMs: number): void {
    this.#hub.restart();
    for (const queue of [hubTaskQueue, guardTaskQueue]) this.server.crash(queue, downMs);
  }

  /** The same for the worker of the cluster. */
  crashClusterWorker(downMs: number): void {
    this.#worker.restart();
    this.server.crash(clusterTaskQueue(this.clusterName), downMs);
  }

  /** What the guard knows; where it was terminated and has not begun again, what it knew. */
  guard(): GuardState {
    const begun = this.server.executions.filter((run) => run.workflowId === this.guardId && run.hasBegun);
    for (const run of begun.reverse()) {
      // One that has just begun does not say what it knows before it has found the memory of those before it.
      const state = memoryOf(run);
      if (state !== undefined) return state;
    }
    return emptyGuardState();
  }

  /** Every episode that has begun, oldest first. One whose run cut its history is one episode all the same. */
  runs(): RunView[] {
    const isRun = ({ type, hasBegun }: Execution) => type === workflowTypes.remediation && hasBegun;
    const episodes = Map.groupBy(this.server.executions.filter(isRun), episodeOf);
    return [...episodes].map(([runId, executions]) => viewRun(runId, executions, this.server.executions));
  }

  /** Writes that changed something, oldest first. */
  acts(): Write[] {
    return this.cluster.writes.filter(({ changed, isNote }) => changed && !isNote);
  }

  #startGuard(state?: GuardState): void {
    const args = [state === undefined ? {} : { state }];
    this.server.start(workflowTypes.guard, { workflowId: this.guardId, taskQueue: guardTaskQueue, args });
  }

  /** A worker of the hub looks for its guard now and then, and starts it again. */
  #startGuardAgain(): void {
    const atMs = Math.max(this.clock.nowMs + guardCheckMs, this.server.upAtMs(guardTaskQueue));
    this.clock.at(atMs, () => this.#startGuard());
  }

  async #signal(workflowId: string, name: string, ...args: unknown[]): Promise<void> {
    try {
      await this.server.signal(workflowId, name, ...args);
    } catch (error) {
      // It ended while the message was under way: then nobody is left to hear it.
      if (!(error instanceof WorkflowNotFound)) throw error;
    }
  }
}

/** What a guard knows; undefined while it looks for the memory of those before it. */
function memoryOf(guard: Execution): GuardState | undefined {
  try {
    return guard.instance.answer(queries.guardState, []) as GuardState;
  } catch (error) {
    if (error instanceof ApplicationFailure) return undefined;
    throw error;
  }
}
