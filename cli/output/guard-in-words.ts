import type { GuardDocument } from '../../api/schemas/guard.ts';
import { type Column, fields, indented, table } from './table.ts';
import { ago, moment } from './times.ts';

type Row<Key extends 'pauses' | 'leases' | 'budgets' | 'workloads' | 'incidents' | 'resumes' | 'resets' | 'acts'> =
  NonNullable<GuardDocument[Key]>[number];

/** The guard as lines: what stops everything first, then what is in use, then what is remembered. */
export function guardInWords(guard: GuardDocument, nowMs: number, isWide: boolean): string[] {
  const { pauses, leases, budgets, workloads, incidents, resumes, resets, acts } = guard;
  const when = (at: string) => moment(at, nowMs);
  return [
    ...fields({
      Cluster: guard.cluster,
      Paused: pausedInWords(guard),
      Storm: stormInWords(guard, nowMs),
      Note: guard.note,
    }),
    ...section('Pauses', pauses, pauseColumns(when)),
    ...section('Permits in use', leases, leaseColumns(when)),
    ...section('Budgets', budgets, budgetColumns),
    ...section('Workloads', workloads, workloadColumns(nowMs)),
    ...section('Incidents', incidents, incidentColumns(when)),
    ...(isWide ? section('Lifted pauses', resumes, resumeColumns(when)) : []),
    ...(isWide ? section('Resets', resets, resetColumns(when)) : []),
    ...(isWide ? section('Acts', acts, actColumns(when)) : []),
    ...(pauses ?? []).map(({ id }) => `Lift a pause with: mendflow resume ${id}`).slice(0, 1),
  ];
}

function section<R>(title: string, rows: readonly R[] | undefined, columns: readonly Column<R>[]): string[] {
  return rows === undefined || rows.length === 0 ? [] : ['', `${title}:`, ...indented(table(rows, columns))];
}

/** Never "no" when nobody knows. */
function pausedInWords({ isPaused, pauses = [] }: GuardDocument): string {
  if (isPaused === undefined) return 'unknown';
  if (!isPaused) return 'no';
  return `yes, by ${pauses.length === 1 ? '1 pause' : `${pauses.length} pauses, all of which must be lifted or end`}`;
}

function stormInWords({ storm }: GuardDocument, nowMs: number): string | undefined {
  if (storm === undefined) return undefined;
  const { state, alerting, since, why } = storm;
  const many = `${alerting} ${alerting === 1 ? 'workload alerts' : 'workloads alert'}`;
  if (state === 'closed' || since === undefined) return `none (${many})`;
  const effect = state === 'open' ? 'nothing is permitted' : 'calming down, acts are paced';
  return `${state} for ${ago(since, nowMs)}: ${why ?? many}; ${effect}`;
}

type When = (at: string) => string;

const pauseColumns = (when: When): Column<Row<'pauses'>>[] => [
  { head: 'ID', cell: ({ id }) => id },
  { head: 'WHO', cell: ({ who }) => who },
  { head: 'SINCE', cell: ({ since }) => when(since) },
  { head: 'UNTIL', cell: ({ until }) => (until === undefined ? 'somebody lifts it' : when(until)) },
  { head: 'WHY', cell: ({ why }) => why },
];

const leaseColumns = (when: When): Column<Row<'leases'>>[] => [
  { head: 'WORKLOAD', cell: ({ workload }) => workload },
  { head: 'ACTION', cell: ({ action }) => action },
  { head: 'EXPIRES', cell: ({ expiresAt }) => when(expiresAt) },
  { head: 'RUN', cell: ({ run }) => run },
];

const budgetColumns: Column<Row<'budgets'>>[] = [
  { head: 'SCOPE', cell: ({ scope, name }) => (name === undefined ? scope : `${scope} ${name}`) },
  { head: 'LIMIT', cell: ({ limit }) => limit },
  { head: 'USED', cell: ({ used }) => String(used) },
  { head: 'REMAINING', cell: ({ remaining }) => remaining?.toString() },
];

const workloadColumns = (nowMs: number): Column<Row<'workloads'>>[] => [
  { head: 'WORKLOAD', cell: ({ workload }) => workload },
  { head: 'ACTS 24H', cell: ({ acts24h }) => String(acts24h) },
  { head: 'LAST ACT', cell: ({ lastActAt }) => lastActAt && `${ago(lastActAt, nowMs)} ago` },
  {
    head: 'COOLDOWN',
    cell: ({ cooldownTimes }) => (cooldownTimes === undefined ? undefined : `${cooldownTimes} × the policy’s`),
  },
  { head: 'CHANGES 6H', cell: ({ changes }) => String(changes) },
  { head: 'RESULT', cell: ({ isLeased, lastResult }) => (isLeased ? 'in hand' : lastResult) },
  { head: 'FAILURE', cell: ({ lastFailure }) => lastFailure },
];

const incidentColumns = (when: When): Column<Row<'incidents'>>[] => [
  { head: 'WHAT', cell: ({ key }) => key },
  { head: 'SINCE', cell: ({ since }) => when(since) },
  { head: 'LAST', cell: ({ last }) => when(last) },
  { head: 'TOLD BY', cell: ({ speaker }) => speaker },
];

const resumeColumns = (when: When): Column<Row<'resumes'>>[] => [
  { head: 'PAUSE', cell: ({ id }) => id },
  { head: 'WHO', cell: ({ who }) => who },
  { head: 'WHEN', cell: ({ at }) => when(at) },
  { head: 'WHY', cell: ({ why }) => why },
];

const resetColumns = (when: When): Column<Row<'resets'>>[] => [
  { head: 'WORKLOAD', cell: ({ workload }) => workload },
  { head: 'WHO', cell: ({ who }) => who },
  { head: 'WHEN', cell: ({ at }) => when(at) },
  { head: 'WHY', cell: ({ why }) => why },
];

const actColumns = (when: When): Column<Row<'acts'>>[] => [
  { head: 'WORKLOAD', cell: ({ workload }) => workload },
  { head: 'WHEN', cell: ({ at }) => when(at) },
  { head: 'RESULT', cell: ({ result }) => result },
  { head: 'FAILURE', cell: ({ failure }) => failure },
];
