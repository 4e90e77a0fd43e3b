import type { LiveLook, LookedNow } from '../../domain/analysis/explain.ts';
import { anActionable, aPlan, aTarget, surroundings } from './builders.ts';

/** A look at the crashing pod shop/checkout-1 under the policy `crash-loop`, which is in Auto mode unless `spec` says else. */
export function aLiveLook({ spec, ...given }: Partial<LiveLook> & { spec?: Record<string, unknown> } = {}): LiveLook {
  const plan = aPlan(spec);
  return {
    at: '2026-03-01T10:00:00.000Z',
    alertname: 'PodCrashLooping',
    labels: { alertname: 'PodCrashLooping', namespace: 'shop', pod: 'checkout-1' },
    cluster: 'default',
    policy: plan.policy,
    losers: [{ policy: 'memory-leak', why: 'alertname="MemoryLeakDetected" does not match' }],
    named: { kind: 'named', namespace: 'shop', pod: 'checkout-1' },
    found: {
      chain: ['Pod checkout-1', 'ReplicaSet checkout-7d9f', 'Deployment checkout'],
      target: aTarget(),
      health: { kind: 'progressing', why: '2 of 3 pods are ready' },
    },
    modes: { policy: plan.mode, namespace: 'Auto', configuration: 'Auto' },
    plan,
    checks: [{ check: 'CrashLoopBackOff', result: 'holds', evidence: 'CrashLoopBackOff: container app, 5 restarts' }],
    surroundings: surroundings(),
    failure: 'CrashLoopBackOff app Error exit 1',
    judgement: { kind: 'actionable', detail: 'CrashLoopBackOff' },
    ...given,
  };
}

/** The same look, and what `verify` said of it: the fault is there. */
export function aLookNow(given: Parameters<typeof aLiveLook>[0] = {}): LookedNow {
  const { spec, surroundings: around } = given;
  return {
    look: aLiveLook(given),
    seen: anActionable({ ...(spec && { spec }), ...(around && { surroundings: around }) }),
  };
}
