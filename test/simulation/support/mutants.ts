import type { Tamper } from '../../../simulation/world.ts';
import type { Schedule } from '../search/schedule.ts';
import { aDay, trouble } from './a-day.ts';
import {
  admitEverything,
  believeEverybody,
  blindToOptOut,
  countNoUnhealthy,
  rememberVerify,
  takeNamesForUids,
  without,
} from './tampers.ts';

/** A fault planted into the product, the statement that it breaks, and a day on which it does. */
export interface Mutant {
  plant: string;
  breaks: string;
  tamper: Tamper;
  day: Schedule;
}

const six = (events: Parameters<typeof aDay>[0], more: Parameters<typeof aDay>[1] = {}) => aDay(events, more);
const inFour = [0, 1, 2, 3, 4].map((workload) => trouble(0, workload, { pod: workload % 4 }));

/** One mutant for each rule of the guard, and one for each statement that the activities keep. */
export const mutants: readonly Mutant[] = [
  {
    plant: 'the budget is not asked',
    breaks: 'G1',
    tamper: without('budget'),
    day: six([trouble(0, 0), trouble(2, 1), trouble(4, 2)], { limits: { burst: 1, perWindow: 1 } }),
  },
  {
    plant: 'the budget of the policy is not asked',
    breaks: 'G1',
    tamper: without('scopedBudgets'),
    day: six([trouble(0, 0), trouble(4, 1)], { policy: { namespaceBudget: 1 } }),
  },
  {
    plant: 'the cooldown is not asked',
    breaks: 'G2',
    tamper: without('cooldown'),
    day: six([trouble(0, 0), trouble(4, 0, { pod: 1 })], { policy: { cooldownMinutes: 10 } }),
  },
  {
    plant: 'the attempts are not counted',
    breaks: 'G2',
    tamper: without('attempts'),
    day: six([trouble(0, 0), trouble(30, 0, { pod: 1 })], { policy: { perDay: 1 } }),
  },
  {
    plant: 'leases are not counted',
    breaks: 'G3',
    tamper: without('concurrency'),
    day: six([trouble(0, 0), trouble(0, 1)], { limits: { perCluster: 1 } }),
  },
  {
    plant: 'unhealthy pods are not counted',
    breaks: 'G4',
    tamper: countNoUnhealthy,
    day: six([trouble(0, 0), trouble(0, 0, { pod: 1 })]),
  },
  {
    plant: 'the breaker is not asked',
    breaks: 'G5',
    tamper: without('storm'),
    day: six(inFour, { limits: { stormWorkloads: 3 } }),
  },
  {
    plant: 'a common cause is not looked for',
    breaks: 'G5',
    tamper: without('correlated'),
    day: six([0, 1, 2, 3, 4, 5].map((workload) => trouble(workload * 1.9, workload))),
  },
  {
    plant: 'an old look at the cluster is believed',
    breaks: 'G6',
    tamper: rememberVerify(),
    day: six([trouble(0, 0, { lasts: 3 }), { kind: 'falseAlarm', at: 60, workload: 0, pod: 0, naming: 'workload' }], {
      policy: { steps: 'restart', cooldownMinutes: 1 },
    }),
  },
  {
    plant: 'the uid of whoever has the name now is taken',
    breaks: 'G7',
    tamper: takeNamesForUids(),
    day: six([trouble(0, 0), trouble(60, 0)], {
      workloads: [{ namespace: 'shop', kind: 'StatefulSet', replicas: 4, isOut: false }],
    }),
  },
  {
    plant: 'labels that take an object out are not seen',
    breaks: 'G8',
    tamper: blindToOptOut,
    day: six([trouble(0, 0)], { workloads: [{ namespace: 'shop', kind: 'Deployment', replicas: 4, isOut: true }] }),
  },
  {
    plant: 'an alert that names nothing is taken for one that names the first Deployment',
    breaks: 'G9',
    tamper: {
      worker: (worker) => ({
        ...worker,
        verify: ({ alert, ...rest }) =>
          worker.verify({ ...rest, alert: { ...alert, labels: { deployment: 'w0', ...alert.labels } } }),
      }),
    },
    day: six([trouble(0, 0, { naming: 'nothing' })]),
  },
  {
    plant: 'disruption budgets are not heeded',
    breaks: 'G10',
    tamper: {
      port: (port, { store }) => ({
        ...port,
        evictPod: (...args) => {
          store.budgets.splice(0);
          return port.evictPod(...args);
        },
      }),
    },
    day: six([trouble(0, 0)], {
      workloads: [{ namespace: 'shop', kind: 'Deployment', replicas: 4, isOut: false, budget: 4 }],
    }),
  },
  {
    plant: 'ready pods are not counted',
    breaks: 'G11',
    tamper: without('minReady'),
    day: six([trouble(0, 0)], { workloads: [{ namespace: 'shop', kind: 'Deployment', replicas: 1, isOut: false }] }),
  },
  {
    plant: 'freezes are not asked',
    breaks: 'G12',
    tamper: without('calendar'),
    day: six([trouble(65, 0)], { policy: { hasFreeze: true, holdMinutes: 10 } }),
  },
  {
    plant: 'rollouts of others are not asked',
    breaks: 'G12',
    tamper: without('rollout'),
    day: six([trouble(0, 0, { where: 'node' }), { kind: 'rollout', at: 0, workload: 0 }], {
      policy: { maxUnhealthyPercent: 100 },
    }),
  },
  {
    plant: 'every policy is taken for Auto',
    breaks: 'G13',
    tamper: {
      policies: (policies) => policies.map((policy) => ({ ...policy, spec: { ...policy.spec, mode: 'Auto' } })),
    },
    day: six([trouble(0, 0)], { policy: { mode: 'Observe' } }),
  },
  {
    plant: 'the signature of an approval is not checked',
    breaks: 'G14',
    tamper: believeEverybody,
    day: six([trouble(0, 0), { kind: 'answer', at: 3, how: 'forge', who: 'bo' }], { policy: { approval: 'Required' } }),
  },
  {
    plant: 'the pause of the guard is not asked',
    breaks: 'G15',
    tamper: { ...without('paused'), isBlindToPauses: true },
    day: six([{ kind: 'pause', at: 0, how: 'guard', minutes: 60 }, trouble(5, 0)]),
  },
  {
    plant: 'changes are not counted',
    breaks: 'G16',
    tamper: without('flapping'),
    day: six(
      [
        trouble(0, 0),
        trouble(4, 0, { pod: 1 }),
        ...[6, 7.2].flatMap((at) => [
          { kind: 'resolved', at, alert: 1 } as const,
          { kind: 'firing', at: at + 0.6, alert: 1 } as const,
        ]),
      ],
      { policy: { cooldownMinutes: 10 } },
    ),
  },
  {
    plant: 'failures are not compared',
    breaks: 'G17',
    tamper: without('sameFailure'),
    day: six([trouble(0, 0), trouble(20, 0, { pod: 1 }), trouble(60, 0, { pod: 2 })]),
  },
  {
    plant: 'nodes that are down are not counted',
    breaks: 'G18',
    tamper: without('controlPlane'),
    day: six(
      [
        { kind: 'nodeDown', at: 0, node: 0, minutes: 60 },
        { kind: 'nodeDown', at: 0, node: 1, minutes: 60 },
        trouble(1, 0, { pod: 2 }),
      ],
      { policy: { maxUnhealthyPercent: 100 } },
    ),
  },
  {
    plant: 'every message is told twice, in other words',
    breaks: 'G19',
    tamper: {
      hub: (hub) => ({
        ...hub,
        notify: async (input) => {
          const { notification } = input;
          await hub.notify({ ...input, notification: { ...notification, summary: `Again: ${notification.summary}` } });
          return hub.notify(input);
        },
      }),
    },
    day: six([trouble(0, 0, { where: 'template' })], { policy: { steps: 'evict' } }),
  },
  {
    plant: 'every permit is given back as if nothing had been done',
    breaks: 'G20',
    tamper: {
      hub: (hub) => ({
        ...hub,
        releasePermit: ({ cluster, release: { requestId } }) =>
          hub.releasePermit({ cluster, release: { requestId, outcome: 'returned' } }),
      }),
    },
    day: six([trouble(0, 0)]),
  },
  {
    plant: 'zones are not kept apart',
    breaks: 'G22',
    tamper: without('zones'),
    day: six([trouble(0, 0), trouble(0, 1, { pod: 2 })]),
  },
  {
    plant: 'the refusal of a replacement is not heard',
    breaks: 'G23',
    tamper: admitEverything,
    day: six([{ kind: 'refusal', at: 0, namespace: 'shop', minutes: 30 }, trouble(1, 0)]),
  },
];
