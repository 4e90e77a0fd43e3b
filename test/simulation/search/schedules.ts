import fc from 'fast-check';
import {
  type Answering,
  type FaultInjectionPlan,
  type LimitsPlan,
  namespaces,
  type PolicyPlan,
  type Receiver,
  type Schedule,
  type ScheduledEvent,
  type WorkloadPlan,
} from './schedule.ts';

const lastMinute = 240;

/** Mostly the usual, sometimes one of the others. */
const mostly = <T>(usual: T, ...others: T[]): fc.Arbitrary<T> =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(usual, ...others) });

const workload: fc.Arbitrary<WorkloadPlan> = fc.record(
  {
    namespace: mostly<WorkloadPlan['namespace']>('shop', 'cart', 'cart', namespaces[2]),
    kind: mostly<WorkloadPlan['kind']>('Deployment', 'StatefulSet', 'ReplicaSet', 'DaemonSet'),
    replicas: fc.integer({ min: 1, max: 5 }),
    isOut: mostly(false, true),
    budget: mostly(0, 1, 2, 3),
  },
  { requiredKeys: ['namespace', 'kind', 'replicas', 'isOut'] },
);

const policy: fc.Arbitrary<PolicyPlan> = fc.record({
  mode: mostly<PolicyPlan['mode']>('Auto', 'Observe', 'DryRun', 'Approve'),
  steps: mostly<PolicyPlan['steps']>('evictThenRestart', 'evict', 'restart'),
  approval: mostly<PolicyPlan['approval']>('None', 'WhenRisky', 'Required'),
  twoPeople: mostly(false, true),
  cooldownMinutes: fc.constantFrom(1, 5, 10),
  perEpisode: fc.integer({ min: 1, max: 3 }),
  perDay: fc.integer({ min: 1, max: 6 }),
  maxUnhealthyPercent: mostly(40, 20, 100),
  minReady: mostly(1, 0, 2),
  hasFreeze: mostly(false, true),
  holdMinutes: mostly(10, 5, 60),
  namespaceBudget: mostly(0, 1, 2),
});

const limits: fc.Arbitrary<LimitsPlan> = fc.record({
  burst: fc.integer({ min: 1, max: 3 }),
  perWindow: fc.integer({ min: 1, max: 4 }),
  perNamespace: fc.integer({ min: 1, max: 2 }),
  perCluster: fc.integer({ min: 1, max: 3 }),
  stormWorkloads: mostly(20, 3, 4),
});

const share = (most: number) => fc.oneof(fc.constant(0), fc.integer({ min: 0, max: most }));
const faultInjection: fc.Arbitrary<FaultInjectionPlan> = fc.record({
  late: share(200),
  lostResults: share(100),
  refusedCalls: share(50),
  lostAnswers: share(100),
  deaths: share(50),
  slowCalls: share(100),
});

const at = fc.nat({ max: lastMinute });
const nth = fc.nat({ max: 7 });
const naming = mostly<'pod' | 'workload' | 'nothing' | 'empty' | 'wrongNamespace' | 'otherWorkload'>(
  'pod',
  'workload',
  'workload',
  'nothing',
  'empty',
  'wrongNamespace',
  'otherWorkload',
);
const trouble: fc.Arbitrary<ScheduledEvent> = fc.record({
  kind: fc.constant('trouble'),
  at,
  workload: nth,
  pod: fc.nat({ max: 2 }),
  shape: mostly('CrashLoopBackOff', 'OOMKilled', 'NotReady'),
  where: mostly('pod', 'node', 'template'),
  lasts: mostly(0, 3, 10, 30),
  naming,
  copies: fc.nat({ max: 2 }),
});

/** Rarer things, each as likely as the others. */
const others: fc.Arbitrary<ScheduledEvent>[] = [
  fc.record({ kind: fc.constant('falseAlarm'), at, workload: nth, pod: nth, naming }),
  fc.record({ kind: fc.constantFrom('resolved', 'firing', 'repeat'), at, alert: nth }),
  fc.record({
    kind: fc.constant('flap'),
    at,
    alert: nth,
    times: fc.integer({ min: 1, max: 4 }),
    seconds: mostly(20, 1, 90, 300),
  }),
  fc.record({
    kind: fc.constant('crash'),
    at,
    who: fc.constantFrom('hub', 'worker', 'all'),
    seconds: mostly(5, 0, 60, 600, 7_200),
  }),
  fc.record({ kind: fc.constantFrom('terminate', 'cancel'), at, run: nth }),
  fc.record({
    kind: fc.constant('pause'),
    at,
    how: fc.constantFrom('guard', 'timed', 'configMap', 'namespace'),
    minutes: mostly(10, 1, 60),
  }),
  fc.record({
    kind: fc.constant('answer'),
    at,
    how: mostly<Answering>(
      'approve',
      'approveOther',
      'forge',
      'reject',
      'acknowledge',
      'retry',
      'retry',
      'abort',
      'takeOver',
    ),
    who: fc.constantFrom('ada', 'bo'),
  }),
  fc.record({ kind: fc.constant('mode'), at, mode: fc.constantFrom('Observe', 'DryRun', 'Approve', 'Auto') }),
  fc.record({ kind: fc.constantFrom('rollout', 'reset', 'optOut'), at, workload: nth }),
  fc.record({ kind: fc.constant('nodeDown'), at, node: fc.nat({ max: 3 }), minutes: mostly(10, 60) }),
  fc.record({ kind: fc.constant('truncated'), at }),
  fc.record({
    kind: fc.constant('unknownCluster'),
    at,
    name: fc.nat({ max: 1 }),
    times: mostly(2, 1, 20),
    seconds: mostly(10, 0, 600),
  }),
  fc.record({ kind: fc.constant('garbage'), at, to: fc.constantFrom('run', 'guard'), name: nth, value: nth }),
  fc.record({ kind: fc.constant('guardEnds'), at }),
  fc.record({
    kind: fc.constant('receiver'),
    at,
    receiver: fc.constantFrom<Receiver | 'all'>('oncall', 'pager', 'fallback', 'all'),
    how: fc.constantFrom('fails', 'refuses', 'hangs', 'late'),
    minutes: fc.constantFrom(5, 15, 90),
  }),
  fc.record({ kind: fc.constant('unreadable'), at, minutes: mostly(8, 2, 30) }),
  fc.record({
    kind: fc.constant('refusal'),
    at,
    namespace: mostly<'shop' | 'cart'>('shop', 'cart'),
    minutes: mostly(30, 3, 120),
  }),
];

/** Days of all kinds; most are short, some are full of trouble. */
export const schedules: fc.Arbitrary<Schedule> = fc.record({
  seed: fc.nat(),
  workloads: fc.array(workload, { minLength: 1, maxLength: 7 }),
  policy,
  limits,
  faultInjection,
  events: fc.array(
    fc.oneof({ weight: 10, arbitrary: trouble }, ...others.map((arbitrary) => ({ weight: 1, arbitrary }))),
    {
      minLength: 1,
      maxLength: 9,
    },
  ),
});
