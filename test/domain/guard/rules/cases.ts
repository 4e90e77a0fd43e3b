// For each rule one case in which it objects and no other rule does: the tests of the list and of removed rules share them.
import type { GuardState } from '../../../../domain/guard/state.ts';
import { aLease, anAct, type aPermitRequest, aTarget, minutes, now, surroundings } from '../../../support/builders.ts';

/** What differs from a first, modest request to a guard that remembers nothing. */
export interface Case {
  state?: Partial<GuardState>;
  request?: Parameters<typeof aPermitRequest>[0];
}

const elsewhere = (count: number, given: object) =>
  Array.from({ length: count }, (_, index) =>
    anAct({ workload: `n${index}/Deployment/w`, namespace: `n${index}`, zone: 'zone-a', ...given }),
  );
const failure = 'CrashLoopBackOff app Error exit 1';

/** For each rule a case in which nothing may be done, and to which no other rule objects. */
export const cases: Record<string, Case> = {
  paused: { state: { pauses: [{ id: '1', who: 'ada', why: 'x', sinceMs: now }] } },
  storm: { state: { storm: { kind: 'open', sinceMs: now, why: 'many', calmSinceMs: now } } },
  ownedTarget: { request: { target: aTarget({ facts: { ownerKind: 'none' } }) } },
  concurrency: { state: { leases: ['a', 'b'].map((runId) => aLease({ runId, requestId: runId })) } },
  silentNode: { request: { surroundings: surroundings({ node: 'node-1', isNodeSilent: true }) } },
  conversation: {
    state: {
      conversations: [
        { workload: 'shop/Deployment/checkout', speaker: 'remediation/other', tried: ['evictPod'], sinceMs: now },
      ],
    },
  },
  correlated: {
    state: {
      alerting: Array.from({ length: 6 }, (_, index) => ({
        workload: `n${index}/Deployment/w`,
        namespace: `n${index}`,
        atMs: now,
        traits: ['node/node-1'],
        known: 9,
      })),
    },
    request: { surroundings: surroundings({ traits: ['node/node-1'] }) },
  },
  maxUnhealthy: { request: { surroundings: surroundings({ workload: { total: 3, unhealthy: 2 } }) } },
  flapping: { request: { changesMs: [20, 15, 10, 5].map((min) => now - minutes(min)) } },
  sameFailure: { state: { acts: [200, 100].map((min) => anAct({ failure, atMs: now - minutes(min) })) } },
  unhelpful: { request: { surroundings: surroundings({ unhelpful: [{ actions: ['evictPod'], why: 'it crashes' }] }) } },
  attempts: { state: { acts: [340, 210, 90].map((min) => anAct({ runId: 'run-1', atMs: now - minutes(min) })) } },
  minReady: { request: { target: aTarget({ facts: { otherReadyPods: 0 } }) } },
  controlPlane: { request: { surroundings: surroundings({ nodes: { total: 4, notReady: 2 } }) } },
  calendar: { request: { spec: { guards: { windows: [{ schedule: '0 11 * * *', duration: '1h' }] } } } },
  rollout: { request: { surroundings: surroundings({ rollout: '2 old pods are left' }) } },
  cooldown: { state: { acts: [anAct({ atMs: now - minutes(4) })] } },
  drains: {
    state: { acts: elsewhere(2, { action: 'drainNode', atMs: now - minutes(30) }) },
    request: { spec: { steps: [{ drainNode: {} }] } },
  },
  scopedBudgets: {
    state: { acts: elsewhere(1, { namespace: 'shop', atMs: now - minutes(30) }) },
    request: { spec: { guards: { budgets: [{ scope: 'namespace', max: 1 }] } } },
  },
  budget: { state: { acts: elsewhere(5, { atMs: now }) } },
  zones: { state: { acts: elsewhere(1, { zone: 'zone-b', atMs: now - minutes(0.5) }) } },
};
