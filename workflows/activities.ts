import {
  ActivityCancellationType,
  type ActivityOptions,
  proxyActivities,
  proxyLocalActivities,
} from '@temporalio/workflow';
import type { ClusterActivities, HubActivities } from '../activities/contract.ts';
import { clusterTaskQueue, hubTaskQueue } from '../domain/run/contract.ts';
import { targetLabel } from '../domain/target/target.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { summaryText } from '../domain/text/plain-text.ts';

/**
 * The retry contract, in one table. Which failures are never retried stands in the error catalogue (domain/run/errors.ts);
 * the activities' error boundary marks them.
 */
const backoff = { initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '30s' } as const;

const table = {
  // Reads only; a cluster that cannot be read for 5 minutes is a person's case.
  verify: { startToCloseTimeout: '15s', scheduleToCloseTimeout: '5m', retry: backoff },
  // Repeats are safe: each attempt reads first. Bounded, because the permit is.
  remediate: { startToCloseTimeout: '30s', scheduleToCloseTimeout: '3m', heartbeatTimeout: '10s', retry: backoff },
  undo: { startToCloseTimeout: '30s', scheduleToCloseTimeout: '5m', heartbeatTimeout: '10s', retry: backoff },
  // One long read: heartbeats carry its memory to the next worker. Cancelled with the run.
  waitForHealthy: { startToCloseTimeout: '3h', heartbeatTimeout: '10s', retry: { ...backoff, maximumInterval: '5s' } },
  // Somebody waits for it. Nobody takes it up: no worker of the cluster is there.
  explain: { scheduleToStartTimeout: '4s', scheduleToCloseTimeout: '6s', retry: { maximumAttempts: 1 } },
  policies: { scheduleToStartTimeout: '4s', scheduleToCloseTimeout: '6s', retry: { maximumAttempts: 1 } },
  report: { startToCloseTimeout: '10s', scheduleToCloseTimeout: '1m', retry: backoff },
  notifyAtEnd: { startToCloseTimeout: '5s', scheduleToCloseTimeout: '5s', retry: backoff },
  notify: { startToCloseTimeout: '15s', scheduleToCloseTimeout: '30m', retry: { ...backoff, maximumInterval: '2m' } },
} as const satisfies Record<string, ActivityOptions>;

/** A worker that dies while it waits for health, and one that takes its place, need no longer than this. */
const takeOverMs = 15 * 60_000;

/**
 * An act must begin before its permit ends: the server sees to it, whose clock set that end, so that no worker's clock
 * decides. A step that waits by itself has its own time, and a little for a repeat. Health is waited for as long as the
 * step may take: a run must not wait for ever for a worker of the cluster.
 */
function timeOf<A extends keyof ClusterActivities>(name: A, input: Inputs[A]): ActivityOptions {
  const { step, ticket, withinMs } = input as Partial<Inputs['remediate'] & Inputs['waitForHealthy']>;
  if (name === 'waitForHealthy' && withinMs !== undefined) return { scheduleToCloseTimeout: withinMs + takeOverMs };
  if (name !== 'remediate' || step === undefined) return {};
  // A dry run has no ticket, and needs none.
  const leftMs = (ticket?.expiresAtMs ?? Date.now() + step.withinMs) - Date.now();
  const scheduleToStartTimeout = Math.max(1_000, leftMs);
  if (step.takesLong !== true) return { scheduleToStartTimeout };
  return {
    scheduleToStartTimeout,
    startToCloseTimeout: step.withinMs,
    scheduleToCloseTimeout: step.withinMs + 60_000,
  };
}

type Inputs = { [A in keyof ClusterActivities]: Parameters<ClusterActivities[A]>[0] };

/** What the Web UI shows beside each activity. */
const summaries: { [A in keyof Inputs]: (input: Inputs[A]) => string } = {
  verify: ({ alert, previous }) => (previous === undefined ? alert.alertname : `${targetLabel(previous)} once more`),
  remediate: ({ step, target, dryRun }) => `${step.action} ${targetLabel(target)}${dryRun ? ' (dry run)' : ''}`,
  undo: ({ step, target }) => `undo ${step.action} ${targetLabel(target)}`,
  waitForHealthy: ({ target, withinMs }) => `${targetLabel(target)}, at most ${formatDuration(withinMs)}`,
  explain: ({ alert }) => alert.alertname,
  policies: () => 'the policies in force',
  report: ({ event, target }) => `${event} on ${targetLabel(target)}`,
};

/** The activities of one cluster; only a worker with that cluster's credentials serves their queue. */
export function clusterActivities(cluster: string): ClusterActivities {
  const taskQueue = clusterTaskQueue(cluster);
  const bind = <A extends keyof ClusterActivities>(name: A): ClusterActivities[A] => {
    const cancellationType = ActivityCancellationType.WAIT_CANCELLATION_COMPLETED;
    const run = (input: Inputs[A]) => {
      const options = {
        ...table[name],
        ...timeOf(name, input),
        taskQueue,
        cancellationType,
        summary: summaryText(summaries[name](input)),
      };
      return (proxyActivities<ClusterActivities>(options)[name] as (input: Inputs[A]) => Promise<unknown>)(input);
    };
    return run as ClusterActivities[A];
  };
  return {
    verify: bind('verify'),
    remediate: bind('remediate'),
    undo: bind('undo'),
    waitForHealthy: bind('waitForHealthy'),
    report: bind('report'),
    explain: bind('explain'),
    policies: bind('policies'),
  };
}

/** Tells one receiver. */
export const notify: HubActivities['notify'] = (input) => notifyWith(table.notify, input);

/** The same for a run that ends: what takes longer is sent by a workflow of its own. */
export const notifyAtEnd: HubActivities['notify'] = (input) => notifyWith(table.notifyAtEnd, input);

function notifyWith(bounds: ActivityOptions, input: Parameters<HubActivities['notify']>[0]) {
  const summary = `${input.notification.kind} to ${input.receiver}`.slice(0, 200);
  return proxyActivities<Pick<HubActivities, 'notify'>>({ ...bounds, taskQueue: hubTaskQueue, summary }).notify(input);
}

/**
 * Local activities hold a workflow task open, whose timeout is 10 s; the SDK renews a task that is open for 8 s. So each
 * of them ends within 7 s, and whoever has to wait longer sleeps by a timer of its own (ADR 15).
 */
const withinTask = { scheduleToCloseTimeout: '7s' } as const;

/** What runs say to the guard: one event each. A run that hears nothing sleeps, and asks the same again. */
export const { askGuard, releasePermit, reportIncident } = proxyLocalActivities<
  Pick<HubActivities, 'askGuard' | 'releasePermit' | 'reportIncident'>
>({
  ...withinTask,
  startToCloseTimeout: '6s',
  retry: { initialInterval: '250ms', backoffCoefficient: 2, maximumAttempts: 2 },
});

/** A copy of the guard's state that is not at hand is not waited for. */
export const { glance } = proxyLocalActivities<Pick<HubActivities, 'glance'>>({
  ...withinTask,
  startToCloseTimeout: '2s',
  retry: { maximumAttempts: 1 },
});

/** Rules and keys, as local activities: a changed rule never breaks replay, and a key never enters a history. */
export const { decidePermits, passTime, verifyApproval, verifyGuardOrder } = proxyLocalActivities<
  Pick<HubActivities, 'decidePermits' | 'passTime' | 'verifyApproval' | 'verifyGuardOrder'>
>({
  ...withinTask,
  startToCloseTimeout: '3s',
  retry: { initialInterval: '100ms', maximumAttempts: 5 },
});

/** The guard's look back at the run before it. Without it the guard starts paused, so it is tried for a while. */
export const { recallGuard } = proxyActivities<Pick<HubActivities, 'recallGuard'>>({
  taskQueue: hubTaskQueue,
  startToCloseTimeout: '20s',
  scheduleToCloseTimeout: '2m',
  retry: { ...backoff, maximumInterval: '15s' },
});

/** The guard starts the sweep, or tells the one that is under way; it tries again by itself. */
export const { startSweep } = proxyLocalActivities<Pick<HubActivities, 'startSweep'>>({
  ...withinTask,
  startToCloseTimeout: '5s',
  retry: { maximumAttempts: 1 },
});

/** What the sweep does at the hub: small calls to Temporal, which may be repeated. */
export const { findRefused, lookAgainAt, standingOf, handBackRefused } = proxyActivities<
  Pick<HubActivities, 'findRefused' | 'lookAgainAt' | 'standingOf' | 'handBackRefused'>
>({
  taskQueue: hubTaskQueue,
  startToCloseTimeout: '1m',
  // The sweep backs off and begins again.
  scheduleToCloseTimeout: '10m',
  retry: { ...backoff, maximumInterval: '1m' },
});

/** An explanation waits for the guard's state and for a play, and no longer than somebody waits for the explanation. */
export const { judgeNow } = proxyLocalActivities<Pick<HubActivities, 'judgeNow'>>({
  startToCloseTimeout: '3500ms',
  scheduleToCloseTimeout: '3500ms',
  retry: { maximumAttempts: 1 },
});
