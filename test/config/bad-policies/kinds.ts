import { actionNames } from '../../support/action-names.ts';
import type { BadPolicy } from './bad-policy.ts';
import { lineOf, withValue } from './good-policy.ts';

/** What stands at each field; every value that is of another kind is refused with these words. */
const scalars: [field: string, words: string, ...wrong: string[]][] = [
  ['apiVersion', 'mendflow.dev/v1alpha1', '1'],
  ['kind', 'RemediationPolicy', 'true'],
  ['metadata.name', 'a text', '7'],
  ['spec.mode', 'one of Observe, DryRun, Approve, Auto', '3'],
  ['spec.priority', 'a whole number from 0 to 10000', '"100"', '1.5', '.inf'],
  ['spec.match.alerts.0', 'a text', '7'],
  ['spec.scope.namespaces.0', 'a text', '7'],
  ['spec.scope.excludeLabels.example.com/team', 'a text', 'true'],
  ['spec.verify.0.podCondition.reason', 'one of OOMKilled, CrashLoopBackOff', '137'],
  ['spec.verify.0.podCondition.restartsAtLeast', 'a whole number from 0', 'many'],
  ['spec.verify.0.podCondition.within', 'a duration such as 30s, 10m or 1h30m from 10s to 24h', '15'],
  ['spec.verify.1.restarts.atLeast', 'a whole number from 1 to 1000', '"3"'],
  ['spec.verify.1.restarts.within', 'a duration such as 30s, 10m or 1h30m from 10s to 24h', '600'],
  ['spec.verify.2.workloadCondition.type', 'one of Available, Progressing, ReplicaFailure', '1'],
  ['spec.verify.2.workloadCondition.status', 'one of True, False, Unknown', '0'],
  ['spec.verify.2.workloadCondition.reason', 'a text', '1'],
  ['spec.verify.3.unavailablePods.atLeast', 'a whole number from 1 to 10000 or a share such as 40%', '0.25'],
  ['spec.verify.4.nodeCondition.type', 'a text', '1'],
  ['spec.verify.5.promql.query', 'a text', '1'],
  ['spec.verify.5.promql.for', 'a duration such as 30s, 10m or 1h30m from 1s to 6h', '30'],
  ['spec.guards.cooldown', 'a duration such as 30s, 10m or 1h30m from 10s to 4h', '600'],
  ['spec.guards.attempts.perEpisode', 'a whole number from 1 to 10', 'two'],
  ['spec.guards.attempts.max', 'a whole number from 1 to 50', '1e400'],
  ['spec.guards.attempts.per', 'a duration', '1'],
  ['spec.guards.maxUnhealthy', 'a whole number from 0 to 10000 or a share such as 40%', '0.4', 'half', '40 %'],
  ['spec.guards.minReady', 'a whole number from 0 to 10000', '50%'],
  ['spec.guards.sameFailure', 'a whole number from 1 to 10', 'twice'],
  ['spec.guards.flapping.changes', 'a whole number from 2 to 100', '4.5'],
  ['spec.guards.flapping.within', 'a duration', '30'],
  ['spec.guards.budgets.0.scope', 'one of workload, owner, namespace, node, zone, cluster', '1'],
  ['spec.guards.budgets.0.max', 'a whole number from 1 to 10000 or a share such as 40%', 'few'],
  ['spec.guards.windows.0.schedule', 'a text', '9'],
  ['spec.guards.windows.0.duration', 'a duration', '8'],
  ['spec.guards.windows.0.timeZone', 'a text', '1'],
  ['spec.guards.duringRollout', 'true or false', '"no"', 'yes', '0'],
  ['spec.guards.holdAtMost', 'a duration', '3600'],
  ['spec.steps.0.evictPod.gracePeriodSeconds', 'a whole number from 1 to 3600', '30s'],
  ['spec.steps.0.within', 'a duration such as 30s, 10m or 1h30m from 10s to 2h', '5'],
  ['spec.steps.0.approval', 'one of None, WhenRisky, Required', 'true'],
  ['spec.healthy.stableFor', 'a duration such as 30s, 10m or 1h30m from 1s to 1h', '60'],
  ['spec.approval.expiresAfter', 'a duration', '15'],
  ['spec.approval.twoPeople', 'true or false', '2'],
  ['spec.escalation.0.notify.0', 'a text', '1'],
  ['spec.escalation.0.acknowledgeWithin', 'a duration', '15'],
  ['spec.escalation.0.message', 'a text', '1'],
];

const mappings: [field: string, words: string][] = [
  ['metadata', 'a mapping of name'],
  ['spec', 'a mapping of mode, priority, match'],
  ['spec.match', 'a mapping of alerts'],
  ['spec.scope', 'a mapping of namespaces, nodes, excludeLabels, managedBy'],
  ['spec.scope.excludeLabels', 'a mapping'],
  ['spec.verify.0', 'a mapping with one of podCondition, restarts, workloadCondition'],
  ['spec.verify.0.podCondition', 'a mapping of reason, restartsAtLeast, within'],
  ['spec.verify.1.restarts', 'a mapping of atLeast, within'],
  ['spec.verify.4.nodeCondition', 'a mapping of type, status, reason'],
  ['spec.verify.5.promql', 'a mapping of query, for'],
  ['spec.guards', 'a mapping of cooldown, attempts'],
  ['spec.guards.attempts', 'a mapping of perEpisode, max, per, or {} for the defaults'],
  ['spec.guards.budgets.0', 'a mapping of scope, max, per'],
  ['spec.guards.windows.0', 'a mapping of schedule, duration, timeZone'],
  ['spec.steps.0', `a mapping of ${actionNames}, within, approval, undo`],
  ['spec.steps.0.evictPod', 'a mapping of gracePeriodSeconds, or {} for the defaults'],
  ['spec.steps.1.rolloutRestart', '{}'],
  ['spec.healthy', 'a mapping of stableFor, or {} for the defaults'],
  ['spec.approval', 'a mapping of expiresAfter, twoPeople, or {} for the defaults'],
  ['spec.escalation.0', 'a mapping of notify, acknowledgeWithin, message'],
];

const lists = [
  'spec.match.alerts',
  'spec.scope.namespaces',
  'spec.verify',
  'spec.guards.budgets',
  'spec.guards.windows',
  'spec.guards.freezes',
  'spec.steps',
  'spec.escalation',
  'spec.escalation.0.notify',
];

const bad = (field: string, words: string, value: string): BadPolicy => ({
  ...{
    name: `${field}: ${value === '' ? '(nothing)' : value}`,
    text: withValue(field, value),
    line: lineOf(field),
    field,
  },
  ...{ says: [`must be ${words}`, value === '' ? 'is empty' : 'is '], write: words },
});

/** Values of another kind than the field takes. */
export const wrongKinds: BadPolicy[] = [
  ...scalars.flatMap(([field, words, ...wrong]) =>
    ['', '[a]', '{ a: b }', ...wrong].map((value) => bad(field, words, value)),
  ),
  ...mappings.flatMap(([field, words]) => ['', 'text', '[a]'].map((value) => bad(field, words, value))),
  ...lists.flatMap((field) => ['', 'text', '{ a: b }'].map((value) => bad(field, 'a list', value))),
];
