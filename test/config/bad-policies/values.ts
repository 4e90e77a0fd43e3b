import { actionNames } from '../../support/action-names.ts';
import type { BadPolicy } from './bad-policy.ts';
import { lineOf, withLineBefore, without, withValue } from './good-policy.ts';

/** Values of the right kind that do not fit, and what is said of them. */
const unfit: [field: string, value: string, says: string, write: string][] = [
  ['apiVersion', 'mendflow.dev/v1', 'is "mendflow.dev/v1"', 'mendflow.dev/v1alpha1'],
  ['kind', 'Policy', 'must be RemediationPolicy', 'RemediationPolicy'],
  ['metadata.name', 'Crash_Loop', 'must be a Kubernetes name', 'Lower-case letters'],
  ['metadata.name', '"crash-loop\\n"', 'is "crash-loop\\n"', 'Lower-case letters'],
  ['metadata.name', '""', 'must be a Kubernetes name', 'Lower-case letters'],
  ['metadata.name', 'a'.repeat(254), 'must be a Kubernetes name', 'Lower-case letters'],
  ['spec.mode', 'auto', 'did you mean Auto?', 'one of Observe'],
  ['spec.mode', 'Atuo', 'did you mean Auto?', 'one of Observe'],
  ['spec.mode', '"\\u200bAuto"', 'is "\\u{200b}Auto"', 'one of Observe'],
  ['spec.mode', 'Enforce', 'must be one of Observe, DryRun, Approve, Auto', 'one of Observe'],
  ['spec.priority', '-1', 'must be at least 0', 'from 0 to 10000'],
  ['spec.priority', '10001', 'must be at most 10000', 'from 0 to 10000'],
  ['spec.match.alerts', '[]', 'must hold at least 1 item', 'a list'],
  [
    'spec.match.alerts',
    `[${Array.from({ length: 51 }, (_, index) => `a=b${index}`).join(', ')}]`,
    'at most 50 items',
    'a list',
  ],
  ['spec.match.alerts.0', "''", 'must not be empty', 'severity=~"warning|critical"'],
  ['spec.match.alerts.0', `'a="${'x'.repeat(500)}"'`, 'must be at most 500 characters long', 'One matcher'],
  ['spec.scope.namespaces', '[]', 'names at least one namespace, or scope.nodes the labels of nodes', 'a list'],
  ['spec.scope.namespaces.0', '"*"', 'must be a namespace name, is "*"', 'no “everywhere”'],
  ['spec.scope.namespaces.0', 'team-.*', 'must be a namespace name', 'no “everywhere”'],
  ['spec.scope.namespaces.0', '""', 'must be a namespace name', 'no “everywhere”'],
  ['spec.scope.namespaces.0', '"shop\\n"', 'must be a namespace name', 'Name of a namespace'],
  ['spec.scope.namespaces.0', 'a'.repeat(64), 'must be at most 63 characters long', 'Name of a namespace'],
  ['spec.scope.excludeLabels.example.com/team', 'two words', 'must be a label value of Kubernetes', 'a text'],
  ['spec.verify', '[]', 'must hold at least 1 item', 'a list'],
  ['spec.verify', `[${'{ promql: { query: up } },'.repeat(11)}]`, 'must hold at most 10 items', 'a list'],
  ['spec.verify.0', '{}', 'is empty; write one of podCondition, restarts', 'Write one of podCondition'],
  [
    'spec.verify.0',
    '{ promql: { query: up }, restarts: { atLeast: 1, within: 1m } }',
    'promql and restarts together',
    'an item for each',
  ],
  ['spec.verify.0.podCondition.reason', 'OOMKiled', 'did you mean OOMKilled?', 'one of OOMKilled'],
  ['spec.verify.0.podCondition.restartsAtLeast', '-1', 'must be at least 0', 'a whole number from 0'],
  ['spec.verify.0.podCondition.within', '5s', 'must be at least 10s', 'from 10s to 24h'],
  ['spec.verify.0.podCondition.within', '3d', 'must be at most 24h', 'from 10s to 24h'],
  ['spec.verify.0.podCondition.within', '15 min', 'must be a duration such as 30s', 'from 10s to 24h'],
  ['spec.verify.1.restarts.atLeast', '0', 'must be at least 1', 'from 1 to 1000'],
  ['spec.verify.1.restarts.within', '25h', 'must be at most 24h', 'from 10s to 24h'],
  ['spec.verify.2.workloadCondition.type', 'Availble', 'did you mean Available?', 'one of Available'],
  ['spec.verify.2.workloadCondition.status', 'False', 'write it in quotes: "False"', '"True", "False", "Unknown"'],
  ['spec.verify.2.workloadCondition.status', '"no"', 'must be one of True, False, Unknown', '"True", "False"'],
  ['spec.verify.2.workloadCondition.reason', 'too few', 'must be one CamelCase word', 'a text'],
  ['spec.verify.3.unavailablePods.atLeast', '0', 'must be at least 1', 'from 1 to 10000 or a share'],
  ['spec.verify.3.unavailablePods.atLeast', '101%', 'must be at most 100%', 'a share such as 40%'],
  ['spec.verify.4.nodeCondition.type', 'memory pressure', 'such as Ready or MemoryPressure', 'Which condition'],
  ['spec.verify.4.nodeCondition.status', 'true', 'write it in quotes: "True"', '"True", "False", "Unknown"'],
  ['spec.verify.5.promql.query', '""', 'must not be empty', 'True when it returns a sample'],
  ['spec.verify.5.promql.query', `'${'up + '.repeat(500)}up'`, 'must be at most 2000 characters long', 'a text'],
  ['spec.verify.5.promql.for', '7h', 'must be at most 6h', 'from 1s to 6h'],
  ['spec.guards.cooldown', '1s', 'must be at least 10s', 'from 10s to 4h'],
  ['spec.guards.cooldown', '5h', 'must be at most 4h', 'from 10s to 4h'],
  ['spec.guards.cooldown', '-10m', 'must be a duration', 'from 10s to 4h'],
  ['spec.guards.attempts.perEpisode', '11', 'must be at most 10', 'from 1 to 10'],
  ['spec.guards.attempts.max', '0', 'must be at least 1', 'from 1 to 50'],
  ['spec.guards.attempts.per', '8d', 'must be at most 7d', 'from 1h to 7d'],
  ['spec.guards.maxUnhealthy', '101%', 'must be at most 100%', 'a share such as 40%'],
  ['spec.guards.maxUnhealthy', '-1', 'must be at least 0', 'a share such as 40%'],
  ['spec.guards.minReady', '-1', 'must be at least 0', 'from 0 to 10000'],
  ['spec.guards.sameFailure', '0', 'must be at least 1', 'from 1 to 10'],
  ['spec.guards.flapping.changes', '1', 'must be at least 2', 'from 2 to 100'],
  ['spec.guards.flapping.within', '7h', 'must be at most 6h', 'from 1m to 6h'],
  ['spec.guards.budgets.0.scope', 'pod', 'must be one of workload, owner', 'one of workload'],
  ['spec.guards.budgets.0.max', '0', 'must be at least 1', 'from 1 to 10000'],
  ['spec.guards.windows.0.schedule', '0 25 * * *', 'a cron schedule of five fields', 'as cron writes it'],
  ['spec.guards.windows.0.schedule', '"@daily xx"', 'a cron schedule of five fields', 'as cron writes it'],
  ['spec.guards.freezes.0.schedule', '0 0 30 2 *', 'never comes', 'as cron writes it'],
  ['spec.guards.freezes.0.duration', '8d', 'must be at most 7d', 'from 1m to 7d'],
  ['spec.guards.freezes.0.timeZone', 'Mars/Olympus', 'must be a time zone such as Europe/Berlin', 'IANA name'],
  ['spec.guards.holdAtMost', '25h', 'must be at most 24h', 'from 10s to 24h'],
  ['spec.steps', `[${'{ evictPod: {} },'.repeat(11)}]`, 'must hold at most 10 items', 'a list'],
  ['spec.steps.0', '{ within: 5m }', `names one action of ${actionNames}`, 'Name one action'],
  [
    'spec.steps.0',
    '{ evictPod: {}, rolloutRestart: {} }',
    'one action, this one has evictPod and rolloutRestart',
    'Name one action',
  ],
  ['spec.steps.0.evictPod.gracePeriodSeconds', '0', 'must be at least 1', 'from 1 to 3600'],
  ['spec.steps.0.within', '3h', 'must be at most 2h', 'from 10s to 2h'],
  ['spec.steps.0.within', '5 minutes', 'must be a duration such as 30s', 'from 10s to 2h'],
  ['spec.steps.0.approval', 'Requird', 'did you mean Required?', 'one of None'],
  ['spec.healthy.stableFor', '0s', 'must be at least 1s', 'from 1s to 1h'],
  ['spec.approval.expiresAfter', '2d', 'must be at most 24h', 'from 10s to 24h'],
  ['spec.escalation', `[${'{ notify: [chat] },'.repeat(6)}]`, 'must hold at most 5 items', 'a list'],
  ['spec.escalation.0.notify', '[]', 'must hold at least 1 item', 'a list'],
  ['spec.escalation.0.notify.0', '""', 'must not be empty', 'Name of a receiver'],
  ['spec.escalation.0.acknowledgeWithin', '1s', 'must be at least 10s', 'from 10s to 24h'],
  [
    'spec.escalation.0.message',
    `"${'x'.repeat(501)}"`,
    'must be at most 500 characters long',
    'Put before the summary',
  ],
];

/** Fields that a policy cannot do without; the line is that of the nearest field around it. */
const required: [field: string, words: string][] = [
  ['apiVersion', 'mendflow.dev/v1alpha1'],
  ['kind', 'RemediationPolicy'],
  ['metadata', 'a mapping of name'],
  ['spec', 'a mapping of mode'],
  ['spec.match', 'a mapping of alerts'],
  ['spec.scope', 'a mapping of namespaces'],
  ['spec.verify', 'a list'],
  ['spec.verify.1.restarts.atLeast', 'a whole number from 1 to 1000'],
  ['spec.verify.1.restarts.within', 'a duration'],
  ['spec.verify.2.workloadCondition.status', 'one of True, False, Unknown'],
  ['spec.verify.4.nodeCondition.type', 'a text'],
  ['spec.guards.windows.0.duration', 'a duration'],
  ['spec.guards.budgets.0.max', 'a whole number'],
  ['spec.steps', 'a list'],
];

const lineAround = (field: string): number => {
  const parent = field.split('.').slice(0, -1).join('.');
  // Without its first line, or its only field, what is around it begins where it began.
  if (parent === '') return 1;
  return lineOf(parent);
};

/** Names that were meant otherwise: put before a field that is there, in its mapping. */
const unknown: [before: string, name: string, meant?: string][] = [
  ['kind', 'knd', 'kind'],
  ['kind', 'status'],
  ['spec.priority', 'prioritty', 'priority'],
  ['spec.priority', 'dryRun'],
  ['spec.priority', 'constructor'],
  ['spec.priority', 'toString'],
  ['spec.match.alerts', 'alert', 'alerts'],
  ['spec.scope.namespaces', 'namespace', 'namespaces'],
  ['spec.verify.0.podCondition.within', 'withn', 'within'],
  ['spec.verify.1.restarts.within', 'atleast', 'atLeast'],
  ['spec.verify.5.promql.for', 'querry', 'query'],
  ['spec.guards.attempts', 'cooldwn', 'cooldown'],
  ['spec.guards.attempts', 'minready', 'minReady'],
  ['spec.guards.attempts.max', 'maximum'],
  ['spec.guards.flapping.within', 'change', 'changes'],
  ['spec.guards.budgets.0.max', 'scop', 'scope'],
  ['spec.guards.windows.0.duration', 'timezone', 'timeZone'],
  ['spec.steps.0.evictPod.gracePeriodSeconds', 'gracePeriodSecond', 'gracePeriodSeconds'],
  ['spec.steps.0.evictPod.gracePeriodSeconds', 'force'],
  ['spec.healthy.stableFor', 'stablefor', 'stableFor'],
  ['spec.approval.twoPeople', 'expiresafter', 'expiresAfter'],
  ['spec.escalation.0.message', 'acknowlegeWithin', 'acknowledgeWithin'],
];

const twice = ['kind', 'metadata.name', 'spec.mode', 'spec.guards.cooldown', 'spec.steps.0.within', 'spec.match'];

/** Values that do not fit, fields that are missing, unknown or there twice. */
export const wrongValues: BadPolicy[] = [
  ...unfit.map(([field, value, says, write]): BadPolicy => {
    const name = `${field}: ${value.slice(0, 40)}`;
    return { name, text: withValue(field, value), line: lineOf(field), field, says: [says], write };
  }),
  ...required.map(([field, words]): BadPolicy => {
    const says = [`is required; write ${words}`];
    return { name: `no ${field}`, text: without(field), line: lineAround(field), field, says, write: words };
  }),
  ...unknown.map(([before, name, meant]): BadPolicy => {
    const field = [...before.split('.').slice(0, -1), name].join('.');
    const says = ['is not a setting', meant === undefined ? 'possible are ' : `did you mean ${meant}?`];
    const text = withLineBefore(before, `${name}: 1`);
    return { name: `unknown ${field}`, text, line: lineOf(before), field, says, write: meant ?? 'Leave it out' };
  }),
  ...twice.map((field): BadPolicy => {
    const key = field.split('.').at(-1) ?? '';
    const text = withLineBefore(field, `${key}: {}`);
    const says = ['stands twice in one mapping; leave one out'];
    return { name: `${field} twice`, text, line: lineOf(field) + 1, field: '', says, write: 'Leave one out' };
  }),
];
