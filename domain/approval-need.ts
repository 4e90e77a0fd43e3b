import type { PlannedStep } from './policy.ts';
import type { Target } from './target.ts';

/** True when a person must approve the step on this target; `WhenRisky` asks unless little can be hurt. */
export function needsApproval({ approval, risk }: PlannedStep, { facts }: Target): boolean {
  if (approval === 'WhenRisky') return risk !== 'low' || facts.otherReadyPods === 0;
  return approval === 'Required';
}
