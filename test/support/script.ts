import type { Assessment } from '../../domain/run/assessment.ts';
import type { Phase } from '../../domain/run/outcome.ts';
import type { RunStatus } from '../../domain/run/status.ts';
import { aPlan, aTarget } from './builders.ts';

/** True once the run is in the phase. */
export const isIn = (phase: Phase) => (status: RunStatus) => status.phase === phase;

/** The workload became healthy without us. */
export const recovered: Assessment = {
  kind: 'recovered',
  target: aTarget(),
  plan: aPlan(),
  reason: 'workloadHealthy',
  detail: 'all 3 pods ready',
  verifiedAt: '',
};

/** The fault is gone, which is less than healthy. */
export const faultGone: Assessment = {
  kind: 'notActionable',
  reason: 'faultGone',
  detail: 'no pod crashes',
  verifiedAt: '',
};

export const unhealthy = { kind: 'unhealthy' as const, detail: 'checkout-2 crashes', evidence: ['restarts 4 → 6'] };

/** Two levels of people. */
export const oncall = { escalation: [{ notify: ['chat'], acknowledgeWithin: '15m' }, { notify: ['pager'] }] };
