import { z } from 'zod';
import { timeWindow } from '../domain/guard/calendar.ts';
import { defaultLimits } from '../domain/guard/rules/rule.ts';
import { scopedBudget } from '../domain/guard/settings.ts';
import { duration } from '../domain/policy/duration-field.ts';
import { policyModes } from '../domain/policy/mode.ts';
import { field, wholeNumber } from './field.ts';

const { budget, concurrency, storm, controlPlane } = defaultLimits;

const count = (fallback: number, env: string, description: string) =>
  field(z.int().min(1).max(1_000).default(fallback), description, { env, fromText: wholeNumber });

const percent = (fallback: number, env: string, description: string) =>
  field(z.int().min(1).max(100).default(fallback), description, { env, fromText: wholeNumber });

/** No longer than the guard remembers what it is compared with (domain/guard/state.ts): more would not be kept. */
const time = (fallback: string, max: string, env: string, description: string) =>
  field(duration({ min: '1s', max }).prefault(fallback), description, { env });

const switches = {
  mode: field(z.enum(policyModes).default('Auto'), 'The most that a policy may do, whatever mode it asks for.', {
    env: 'MENDFLOW_MODE',
  }),
  paused: field(
    z.string().max(200).optional(),
    'Pauses everything: any text pauses and is shown as the reason; empty or false does not. For when the api cannot be reached.',
    { env: 'MENDFLOW_PAUSED' },
  ),
  pauseConfigMap: field(
    z
      .string()
      .regex(/^[a-z0-9-]{1,63}\/[a-z0-9.-]{1,253}$/, 'must be namespace/name of a ConfigMap')
      .optional(),
    'ConfigMap, as namespace/name, whose key paused pauses everything; a ConfigMap that cannot be read counts as paused.',
    { env: 'MENDFLOW_PAUSE_CONFIGMAP' },
  ),
};

const budgets = {
  budget: z
    .strictObject({
      burst: count(
        budget.burst,
        'MENDFLOW_GUARD_BUDGET_BURST',
        'Disruptive acts of a cluster that are allowed at once.',
      ),
      per10m: count(
        budget.perWindow,
        'MENDFLOW_GUARD_BUDGET_PER_10M',
        'Disruptive acts of a cluster that are allowed again in 10 minutes.',
      ),
    })
    .prefault({}),
  budgets: field(
    z.array(scopedBudget).max(12).default([]),
    'Further budgets, by workload, owner, namespace, node, zone or cluster; in the file only.',
  ),
  concurrency: z
    .strictObject({
      namespace: count(
        concurrency.namespace,
        'MENDFLOW_GUARD_CONCURRENCY_NAMESPACE',
        'Remediations of a namespace at once.',
      ),
      cluster: count(concurrency.cluster, 'MENDFLOW_GUARD_CONCURRENCY_CLUSTER', 'Remediations of a cluster at once.'),
    })
    .prefault({}),
  drains: z
    .strictObject({
      max: count(
        defaultLimits.drains.max,
        'MENDFLOW_GUARD_DRAINS_MAX',
        'Nodes of a cluster that may be drained in the period, one at a time.',
      ),
      per: time('1h', '6h', 'MENDFLOW_GUARD_DRAINS_PER', 'The time in which drains are counted.'),
    })
    .prefault({}),
  sweep: z
    .strictObject({
      perSecond: count(
        defaultLimits.sweepPerSecond,
        'MENDFLOW_GUARD_SWEEP_PER_SECOND',
        'Runs looked at again per second, of those that a pause or a storm refused.',
      ),
    })
    .prefault({}),
  zoneSpacing: time('1m', '6h', 'MENDFLOW_GUARD_ZONE_SPACING', 'Time between acts in two different zones.'),
  freezes: field(
    z.array(timeWindow()).max(50).default([]),
    'Times in which no act begins, each with schedule (cron), duration and timeZone; in the file only.',
  ),
};

const breakers = {
  storm: z
    .strictObject({
      workloads: count(
        storm.workloads,
        'MENDFLOW_GUARD_STORM_WORKLOADS',
        'More workloads than this that alert within the time open the breaker; in proportion beyond 100 nodes.',
      ),
      percent: percent(
        storm.percent,
        'MENDFLOW_GUARD_STORM_PERCENT',
        'The breaker also opens if more than this share of a namespace’s workloads, or of the nodes, alerts.',
      ),
      atLeast: count(storm.atLeast, 'MENDFLOW_GUARD_STORM_AT_LEAST', 'Fewer workloads than this are never a storm.'),
      within: time(
        '5m',
        '10m',
        'MENDFLOW_GUARD_STORM_WITHIN',
        'Time within which alerting workloads are counted for a storm.',
      ),
      calm: time(
        '10m',
        '24h',
        'MENDFLOW_GUARD_STORM_CALM',
        'Calm after which the breaker closes; after half of it acts are paced.',
      ),
      pace: time('2m', '6h', 'MENDFLOW_GUARD_STORM_PACE', 'Time between acts while a storm calms down.'),
    })
    .prefault({}),
  controlPlane: z
    .strictObject({
      p99: time(
        '2s',
        '1m',
        'MENDFLOW_GUARD_CONTROL_PLANE_P99',
        'The API server is unwell when it is slower than this.',
      ),
      serverErrors: count(
        controlPlane.serverErrors,
        'MENDFLOW_GUARD_CONTROL_PLANE_SERVER_ERRORS',
        'The API server is unwell when it fails this often in a minute.',
      ),
      throttledPercent: percent(
        controlPlane.throttledPercent,
        'MENDFLOW_GUARD_CONTROL_PLANE_THROTTLED_PERCENT',
        'The API server is unwell when it throttles more than this share of the calls.',
      ),
      notReadyPercent: percent(
        controlPlane.notReadyPercent,
        'MENDFLOW_GUARD_CONTROL_PLANE_NOT_READY_PERCENT',
        'The cluster is unwell when more than this share of its nodes is not ready or under pressure.',
      ),
    })
    .prefault({}),
};

/** What bounds all policies together. */
export const guardSection = z.strictObject({ ...switches, ...budgets, ...breakers });
