import type { PermitRequest } from '../guard/permit.ts';
import { brokenPlace } from '../guard/rules/max-unhealthy.ts';
import type { Target } from '../target/target.ts';
import type { PlannedStep } from './policy.ts';

/** True when a person must approve the step on this target; `WhenRisky` asks unless little can be hurt. */
export function needsApproval({ approval, risk }: PlannedStep, { facts }: Target): boolean {
  if (approval === 'WhenRisky') return risk !== 'low' || facts.otherReadyPods === 0;
  return approval === 'Required';
}

/** True when a person must approve the step there: as the policy says, and always where too many are unhealthy (G4). */
export function needsApprovalIn(
  step: PlannedStep,
  place: Pick<PermitRequest, 'target' | 'surroundings' | 'settings'>,
): boolean {
  return needsApproval(step, place.target) || brokenPlace(place) !== undefined;
}
