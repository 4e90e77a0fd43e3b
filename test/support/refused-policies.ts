import { actionNames } from './action-names.ts';

/** Parts of a spec, short to write. */
export const aWindow = { schedule: '0 9 * * 1-5', duration: '8h' };
export const steps = (...of: unknown[]) => ({ steps: of });
export const verify = (...of: unknown[]) => ({ verify: of });
export const guards = (of: object) => ({ guards: of });

/** Specs that the API server refuses by itself: what is wrong with it, the fields that differ from a good one, and a part of the message. */
export const refusedPolicies: readonly [string, object, string][] = [
  ['an unknown field', { sevrity: 'high' }, 'unknown field "spec.sevrity"'],
  ['an unknown field of the guards', guards({ cooldwon: '5m' }), 'unknown field "spec.guards.cooldwon"'],
  ['an unknown action', steps({ evictPdo: {} }), 'unknown field "spec.steps[0].evictPdo"'],
  ['an unknown parameter', steps({ evictPod: { force: true } }), 'unknown field "spec.steps[0].evictPod.force"'],
  [
    'a misspelt mode',
    { mode: 'Atuo' },
    'Unsupported value: "Atuo": supported values: "Observe", "DryRun", "Approve", "Auto"',
  ],
  ['a mode in small letters', { mode: 'auto' }, 'spec.mode: Unsupported value: "auto"'],
  ['a priority that is too high', { priority: 20_000 }, 'should be less than or equal to 10000'],
  ['a priority below nothing', { priority: -1 }, 'should be greater than or equal to 0'],
  ['a priority in words', { priority: 'high' }, 'spec.priority in body must be of type integer'],
  ['no match', { match: undefined }, 'spec.match: Required value'],
  ['no matcher', { match: { alerts: [] } }, 'spec.match.alerts in body should have at least 1 items'],
  ['an empty matcher', { match: { alerts: [''] } }, 'should be at least 1 chars long'],
  ['no scope', { scope: undefined }, 'spec.scope: Required value'],
  ['no place', { scope: { namespaces: [] } }, 'names at least one namespace, or labels of nodes'],
  [
    'every namespace',
    { scope: { namespaces: ['*'] } },
    'spec.scope.namespaces[0]: Invalid value: "*": must be a namespace name',
  ],
  [
    'a namespace in capitals',
    { scope: { namespaces: ['shop', 'Cart'] } },
    'spec.scope.namespaces[1]: Invalid value: "Cart": must be',
  ],
  ['nothing to verify', verify(), 'spec.verify in body should have at least 1 items'],
  ['too much to verify', verify(...Array(11).fill({ promql: { query: 'up' } })), 'must have at most 10 items'],
  [
    'a check of two kinds',
    verify({ podCondition: { reason: 'Error' }, promql: { query: 'up' } }),
    'spec.verify[0]: Invalid value: must have exactly one of podCondition, restarts, workloadCondition',
  ],
  ['restarts without a time', verify({ restarts: { atLeast: 1 } }), 'spec.verify[0].restarts.within: Required value'],
  ['no restart', verify({ restarts: { atLeast: 0, within: '10m' } }), 'should be greater than or equal to 1'],
  [
    'a condition of the workload that there is not',
    verify({ workloadCondition: { type: 'Avail', status: 'False' } }),
    'supported values: "Available", "Progressing", "ReplicaFailure"',
  ],
  [
    'a status that is no text',
    verify({ nodeCondition: { type: 'Ready', status: false } }),
    'must be of type string: "boolean"',
  ],
  ['more than all pods', verify({ unavailablePods: { atLeast: '4000%' } }), 'Too long: may not be more than 4'],
  [
    'a query that must hold too long',
    verify({ promql: { query: 'up', for: '7h' } }),
    'must be at least 1s and at most 6h',
  ],
  ['a check of no kind', verify({}), 'spec.verify[0]: Invalid value: must have exactly one of'],
  [
    'an unknown reason',
    verify({ podCondition: { reason: 'Sad' } }),
    'Unsupported value: "Sad": supported values: "OOMKilled"',
  ],
  [
    'fewer than no restarts',
    verify({ podCondition: { reason: 'Error', restartsAtLeast: -1 } }),
    'greater than or equal to 0',
  ],
  [
    'a check over too long a time',
    verify({ podCondition: { reason: 'Error', within: '3d' } }),
    'at least 10s and at most 24h',
  ],
  ['an empty query', verify({ promql: { query: '' } }), 'should be at least 1 chars long'],
  [
    'a duration without a unit',
    guards({ cooldown: '10' }),
    'spec.guards.cooldown: Invalid value: "10": must be a duration such as 30s',
  ],
  ['a duration that is a number', guards({ cooldown: 10 }), 'spec.guards.cooldown in body must be of type string'],
  ['a cooldown below the kubelet’s', guards({ cooldown: '1s' }), '"1s": must be at least 10s and at most 4h'],
  ['a cooldown above the longest', guards({ cooldown: '5h' }), '"5h": must be at least 10s and at most 4h'],
  ['no attempt at all', guards({ attempts: { max: 0 } }), 'should be greater than or equal to 1'],
  ['attempts over too long a time', guards({ attempts: { per: '8d' } }), 'must be at least 1h and at most 7d'],
  ['a share that is none', guards({ maxUnhealthy: 'lots' }), 'must be a number such as 3 or a share such as 40%'],
  [
    'a budget of nothing',
    guards({ budgets: [{ scope: 'node', max: 0 }] }),
    'spec.guards.budgets[0].max in body should be greater',
  ],
  ['a budget of an unknown scope', guards({ budgets: [{ scope: 'rack', max: 1 }] }), 'Unsupported value: "rack"'],
  [
    'a window without an end',
    guards({ windows: [{ schedule: '0 9 * * *' }] }),
    'spec.guards.windows[0].duration: Required value',
  ],
  [
    'a freeze that is too long',
    guards({ freezes: [{ ...aWindow, duration: '10d' }] }),
    'must be at least 1m and at most 7d',
  ],
  [
    'a step with two actions',
    steps({ evictPod: {}, rolloutRestart: {} }),
    `spec.steps[0]: Invalid value: must have exactly one of ${actionNames}`,
  ],
  [
    'a step without an action',
    steps({ evictPod: {} }, { within: '5m' }),
    'spec.steps[1]: Invalid value: must have exactly one of',
  ],
  ['an action without its braces', steps({ evictPod: null }), `must have exactly one of ${actionNames}`],
  ['a parameter of the wrong type', steps({ evictPod: { gracePeriodSeconds: 'soon' } }), 'must be of type integer'],
  [
    'a step that is too short',
    steps({ evictPod: {}, within: '5s' }),
    'spec.steps[0].within: Invalid value: "5s": must be at least 10s',
  ],
  [
    'an unknown approval',
    steps({ evictPod: {}, approval: 'Maybe' }),
    'supported values: "None", "WhenRisky", "Required"',
  ],
  [
    'health that takes too long',
    { healthy: { stableFor: '2h' } },
    'spec.healthy.stableFor: Invalid value: "2h": must be at least 1s',
  ],
  [
    'an approval that never expires',
    { approval: { expiresAfter: '30d' } },
    'spec.approval.expiresAfter: Invalid value: "30d"',
  ],
  [
    'two people in words',
    { approval: { twoPeople: 'yes' } },
    'spec.approval.twoPeople in body must be of type boolean',
  ],
  [
    'an escalation to nobody',
    { escalation: [{ notify: [] }] },
    'spec.escalation[0].notify in body should have at least 1 items',
  ],
  [
    'an escalation that hurries',
    { escalation: [{ notify: ['chat'], acknowledgeWithin: '1s' }] },
    'must be at least 10s and at most 24h',
  ],
];
