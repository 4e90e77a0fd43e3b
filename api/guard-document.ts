import { actTimes, rememberedWorkloads } from '../domain/guard/act-history.ts';
import { budgetLeft } from '../domain/guard/rules/budget.ts';
import { cooldownMs } from '../domain/guard/rules/cooldown.ts';
import type { GuardLimits } from '../domain/guard/rules/rule.ts';
import type { ScopedBudget } from '../domain/guard/settings.ts';
import {
  type Act,
  actsOn,
  type Conversation,
  type GuardState,
  type Incident,
  type Lease,
  loadGuardState,
} from '../domain/guard/state.ts';
import { amountInWords } from '../domain/policy/amount.ts';
import { formatDuration } from '../domain/text/duration.ts';
import type { GuardView } from './ports.ts';
import type { GuardDocument } from './schemas/guard.ts';

const dayMs = 86_400_000;

/** The guard as people read it: times in RFC 3339, budgets with what is left, workloads with what weighs on them. */
export function guardDocument({ cluster, state, note }: GuardView, limits: GuardLimits, nowMs: number): GuardDocument {
  const view = { cluster, ...(note === undefined ? {} : { note }) };
  if (state === undefined) return view;
  const { pauses, leases, acts, incidents, conversations, resets, resumes } = loadGuardState(state);
  return {
    ...view,
    isPaused: pauses.length > 0,
    pauses: pauses.map(({ id, who, why, sinceMs, untilMs }) => ({
      ...{ id, who, why, since: timeOf(sinceMs) },
      ...(untilMs !== undefined && { until: timeOf(untilMs) }),
    })),
    storm: stormOf(state),
    leases: leases.map(leaseOf),
    budgets: [
      clusterBudget(state, limits, nowMs),
      ...limits.budgets.flatMap((budget) => spentBudgets(budget, state, nowMs)),
    ],
    workloads: workloadsOf(state, nowMs),
    incidents: [...incidents, ...conversations.map(asIncident)].map(({ key, speaker, sinceMs, lastMs }) => ({
      ...{ key, speaker },
      ...{ since: timeOf(sinceMs), last: timeOf(lastMs) },
    })),
    resumes: resumes.map(({ id, who, why, atMs }) => ({ id, who, why, at: timeOf(atMs) })),
    resets: resets.map(({ workload, who, why, atMs }) => ({ workload, who, why, at: timeOf(atMs) })),
    acts: acts.map(({ workload, atMs, result, failure }) => ({ workload, at: timeOf(atMs), result, failure })),
  };
}

const timeOf = (atMs: number) => new Date(atMs).toISOString();

function stormOf({ storm, alerting }: GuardState): GuardDocument['storm'] {
  if (storm === undefined) return { state: 'closed', alerting: alerting.length };
  const { kind, sinceMs, why, calmSinceMs } = storm;
  return {
    ...{ state: kind, alerting: alerting.length, since: timeOf(sinceMs), why },
    ...(calmSinceMs === undefined ? {} : { calmSince: timeOf(calmSinceMs) }),
  };
}

/** A workload about which a person is asked. */
const asIncident = ({ workload, speaker, sinceMs }: Conversation): Incident => ({
  ...{ key: `conversation/${workload}`, speaker },
  ...{ sinceMs, lastMs: sinceMs },
});

function leaseOf({ workload, namespace, node, zone, action, workflowId, grantedAtMs, expiresAtMs }: Lease) {
  return {
    ...{ workload, namespace, action, run: workflowId },
    ...(node === undefined ? {} : { node }),
    ...(zone === undefined ? {} : { zone }),
    ...{ grantedAt: timeOf(grantedAtMs), expiresAt: timeOf(expiresAtMs) },
  };
}

type Budget = NonNullable<GuardDocument['budgets']>[number];

function clusterBudget({ acts, leases }: GuardState, { budget }: GuardLimits, nowMs: number): Budget {
  const { burst, perWindow, windowMs } = budget;
  const spentMs = [...acts.map(({ atMs }) => atMs), ...leases.map(() => nowMs)];
  return {
    scope: 'cluster',
    limit: `${burst} at once, ${perWindow} per ${formatDuration(windowMs)}`,
    max: burst + perWindow,
    used: spentMs.filter((atMs) => atMs > nowMs - windowMs).length,
    remaining: budgetLeft(spentMs, nowMs, budget),
  };
}

/** The places where a budget of the configuration is in use; of a share only the guard knows what is left. */
function spentBudgets({ scope, max, per }: ScopedBudget, { acts, leases }: GuardState, nowMs: number): Budget[] {
  const recent: (Act | Lease)[] = [...acts.filter(({ atMs }) => atMs > nowMs - per), ...leases];
  const places = Map.groupBy(recent, (place) => (scope === 'cluster' ? 'cluster' : place[scope]));
  return [...places].flatMap(([name, { length: used }]) => {
    if (name === undefined) return [];
    const limit = `${amountInWords(max)} per ${formatDuration(per)}`;
    const count = 'count' in max ? { max: max.count, remaining: Math.max(0, max.count - used) } : {};
    return [{ scope, ...(scope === 'cluster' ? {} : { name }), limit, used, ...count }];
  });
}

type WorkloadRow = NonNullable<GuardDocument['workloads']>[number];

/** Workloads that the guard remembers acts, changes or leases of, the latest act first. */
function workloadsOf(state: GuardState, nowMs: number): WorkloadRow[] {
  const names = [...state.leases, ...state.acts, ...state.changes].map(({ workload }) => workload);
  const rows = [...new Set([...names, ...rememberedWorkloads(state.history)])].map((workload) =>
    rowOf(state, workload, nowMs),
  );
  return rows.sort(
    (a, b) => (b.lastActAt ?? '').localeCompare(a.lastActAt ?? '') || a.workload.localeCompare(b.workload),
  );
}

function rowOf(state: GuardState, workload: string, nowMs: number): WorkloadRow {
  const counted = actsOn(state, workload);
  const actsMs = [...actTimes(state.history, workload), ...counted.map(({ atMs }) => atMs)];
  const lastMs = actsMs.at(-1);
  const last = counted.at(-1);
  return {
    workload,
    isLeased: state.leases.some((lease) => lease.workload === workload),
    acts24h: actsMs.filter((atMs) => atMs > nowMs - dayMs).length,
    ...(lastMs === undefined ? {} : { lastActAt: timeOf(lastMs), cooldownTimes: cooldownMs(actsMs, 1) }),
    ...(last === undefined ? {} : { lastResult: last.result, lastFailure: last.failure }),
    changes: state.changes.filter((change) => change.workload === workload).length,
  };
}
