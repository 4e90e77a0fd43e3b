import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from '@prometheus-io/client';
import { version } from './version.ts';

interface MetricSpec {
  kind: 'counter' | 'gauge' | 'histogram';
  name: string;
  help: string;
  /** Bounded label names: a value never comes from an alert's free text. */
  labels: readonly string[];
  /** Upper bounds in the metric's unit, histograms only. */
  buckets?: readonly number[];
}

/** Every metric of Mendflow, declared once; docs/reference/metrics.md is generated from this table. */
export const metricSpecs = {
  alertsReceived: {
    kind: 'counter',
    name: 'mendflow_alerts_received_total',
    help: 'Alerts taken by the intake.',
    labels: ['receiver', 'status'],
  },
  alertsRejected: {
    kind: 'counter',
    name: 'mendflow_alerts_rejected_total',
    help: 'Alerts and deliveries refused by the intake.',
    labels: ['reason'],
  },
  httpRequestDuration: {
    kind: 'histogram',
    name: 'mendflow_http_request_duration_seconds',
    help: 'Time from a request’s headers to the end of its answer.',
    labels: ['method', 'route', 'status'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 8],
  },
  remediations: {
    kind: 'counter',
    name: 'mendflow_remediations_total',
    help: 'Runs that ended, by the last action taken (none where nothing was done) and how they ended.',
    labels: ['policy', 'action', 'outcome'],
  },
  remediationSegment: {
    kind: 'histogram',
    name: 'mendflow_remediation_segment_seconds',
    help: 'Time of each part of a run; a person’s waiting time is its own segment.',
    labels: ['segment'],
    buckets: [0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 15, 60, 300, 900, 3600],
  },
  guardVerdicts: {
    kind: 'counter',
    name: 'mendflow_guard_verdicts_total',
    help: 'Answers of the guard, by the rule that decided (none for a grant).',
    labels: ['guard', 'verdict'],
  },
  wouldHave: {
    kind: 'counter',
    name: 'mendflow_would_have_total',
    help: 'Steps that Observe and DryRun policies would have taken.',
    labels: ['policy', 'action'],
  },
  permitsInUse: {
    kind: 'gauge',
    name: 'mendflow_permits_in_use',
    help: 'Permits granted and not released yet.',
    labels: ['cluster'],
  },
  budgetRemaining: {
    kind: 'gauge',
    name: 'mendflow_budget_remaining',
    help: 'Disruptive acts that the budget still allows now.',
    labels: ['cluster'],
  },
  stormState: {
    kind: 'gauge',
    name: 'mendflow_storm_state',
    help: '2 while the breaker is open, 1 while it lets acts through one at a time, else 0.',
    labels: ['cluster'],
  },
  notifications: {
    kind: 'counter',
    name: 'mendflow_notifications_total',
    help: 'Notifications, by receiver of the configuration and whether they were delivered.',
    labels: ['receiver', 'outcome'],
  },
  policiesLoaded: {
    kind: 'gauge',
    name: 'mendflow_policies_loaded',
    help: 'Policies in force.',
    labels: [],
  },
  policiesStale: {
    kind: 'gauge',
    name: 'mendflow_policies_stale',
    help: '1 while a policy is refused and what was good before stays in force, else 0.',
    labels: [],
  },
  watchLastContact: {
    kind: 'gauge',
    name: 'mendflow_watch_last_contact_timestamp_seconds',
    help: 'When the API server last said something on a watch, Unix time; at most three minutes ago while it is there.',
    labels: ['resource'],
  },
  watcherFaults: {
    kind: 'gauge',
    name: 'mendflow_watcher_faults',
    help: 'Objects that show a failure class now and were reported, by class.',
    labels: ['fault'],
  },
  watcherPosts: {
    kind: 'counter',
    name: 'mendflow_watcher_posts_total',
    help: 'Deliveries of the watcher to the intake: taken, put off (tried again soon) or refused (a fault of the set-up).',
    labels: ['result'],
  },
  watcherWaiting: {
    kind: 'gauge',
    name: 'mendflow_watcher_waiting',
    help: 'Alerts of the watcher that the intake has not taken yet.',
    labels: [],
  },
  buildInfo: {
    kind: 'gauge',
    name: 'mendflow_build_info',
    help: 'Always 1; the labels say what is running.',
    labels: ['version', 'node'],
  },
} as const satisfies Record<string, MetricSpec>;

type Specs = typeof metricSpecs;
type Label<Name extends keyof Specs> = Specs[Name]['labels'][number];
type Instrument<Name extends keyof Specs> = Specs[Name]['kind'] extends 'counter'
  ? Counter<Label<Name>>
  : Specs[Name]['kind'] extends 'gauge'
    ? Gauge<Label<Name>>
    : Histogram<Label<Name>>;

/** The instruments of one process on a registry of its own, so that tests and parts do not share state. */
export type Metrics = { [Name in keyof Specs]: Instrument<Name> } & { registry: Registry };

function instrument(spec: MetricSpec, registry: Registry) {
  const { name, help } = spec;
  const settings = { name, help, labelNames: [...spec.labels], registers: [registry] };
  switch (spec.kind) {
    case 'counter':
      return new Counter(settings);
    case 'gauge':
      return new Gauge(settings);
    case 'histogram':
      return new Histogram({ ...settings, ...(spec.buckets === undefined ? {} : { buckets: [...spec.buckets] }) });
    default:
      return spec.kind satisfies never;
  }
}

/** All metrics of the table, those of the Node process included unless `withProcess` is false. */
export function createMetrics({ withProcess = true } = {}): Metrics {
  const registry = new Registry();
  const instruments = Object.fromEntries(
    Object.entries(metricSpecs).map(([key, spec]) => [key, instrument(spec, registry)]),
  );
  if (withProcess) collectDefaultMetrics({ register: registry });
  const metrics = { ...instruments, registry } as Metrics;
  metrics.buildInfo.set({ version, node: process.versions.node }, 1);
  return metrics;
}
