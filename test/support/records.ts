import type { RunRecord } from '../../domain/run/record.ts';
import type { FirstLook } from '../../domain/run/recorded.ts';
import { shownOf } from '../../domain/run/shown.ts';
import { aPlan, aTarget, minutes, now, surroundings } from './builders.ts';
import { aCrashingPod } from './pods.ts';

/** 2026-03-01T10:00:00Z, so many minutes later. */
export const at = (minute: number) => new Date(now + minutes(minute)).toISOString();

const { checks } = aPlan();

/** What a first look at a pod in CrashLoopBackOff kept, under the policy `crash-loop` in Auto mode. */
export function aLook(given: Partial<FirstLook> = {}, minute = 0): FirstLook {
  return {
    at: at(minute),
    mode: 'Auto',
    allowedMode: 'Auto',
    target: aTarget(),
    shown: shownOf(checks, { pod: aCrashingPod() }),
    evidence: ['CrashLoopBackOff: container app is in CrashLoopBackOff, 5 restarts'],
    failure: 'CrashLoopBackOff app Error exit 1',
    surroundings: surroundings(),
    ...given,
  };
}

interface RecordParts extends Partial<Omit<RunRecord, 'recorded'>> {
  /** Minutes after 10:00. */
  minute?: number;
  look?: Partial<FirstLook> | 'none';
  labels?: Record<string, string>;
}

let count = 0;

/** The record of a run that evicted a crashing pod of shop/checkout, which healed it. */
export function aRecord({ minute = 0, look = {}, labels, ...given }: RecordParts = {}): RunRecord {
  count += 1;
  return {
    id: `remediation/default/PodCrashLooping/${count}`,
    runId: `run-${count}`,
    startedAt: at(minute),
    closedAt: at(minute + 1),
    alertname: 'PodCrashLooping',
    fingerprint: `f${count}`,
    outcome: 'remediated',
    policy: 'crash-loop',
    target: aTarget(),
    steps: [aStep('evictPod', 'kept', minute)],
    segments: { actedToHealthyMs: 40_000 },
    recorded: {
      labels: labels ?? { alertname: 'PodCrashLooping', namespace: 'shop', pod: 'checkout-1' },
      ...(look !== 'none' && { look: aLook(look, minute) }),
    },
    ...given,
  };
}

/** The record of a run that did nothing. */
export const aRefusal = (reason: NonNullable<RunRecord['reason']>, given: RecordParts = {}): RunRecord =>
  aRecord({ outcome: 'denied', steps: [], segments: {}, reason, ...given });

export function aStep(action: string, result: 'kept' | 'unhealthy' | 'failed', minute = 0): RunRecord['steps'][number] {
  return { action, summary: action, startedAt: at(minute), finishedAt: at(minute), result };
}
