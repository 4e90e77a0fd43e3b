import type { Pod } from '../../domain/target/pod.ts';
import { now } from './builders.ts';

/** `checkout-1`, whose container `app` has crashed five times and waits to be started again. */
export function aCrashingPod(given: Partial<Pod> = {}): Pod {
  const lastTermination = { kind: 'terminated' as const, reason: 'Error', exitCode: 1, finishedAtMs: now - 20_000 };
  const state = { kind: 'waiting' as const, reason: 'CrashLoopBackOff', message: 'back-off 20s' };
  return {
    ref: { kind: 'Pod', namespace: 'shop', name: 'checkout-1', uid: 'uid-of-checkout-1' },
    labels: { app: 'checkout' },
    isMirror: false,
    graceSeconds: 30,
    isTerminating: false,
    phase: 'Running',
    isReady: false,
    conditions: [],
    createdAtMs: now - 3_600_000,
    images: ['registry/checkout:1'],
    configs: ['secret/checkout'],
    claims: [],
    containers: [{ name: 'app', isInit: false, isReady: false, restarts: 5, state, lastTermination }],
    ...given,
  };
}
