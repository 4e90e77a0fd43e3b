import type { PolicyMode } from '../../policy/mode.ts';
import type { PlannedStep } from '../../policy/policy.ts';

/** Actions that give the workload fresh pods of the same template and change nothing else. */
const restarts: readonly string[] = ['evictPod', 'deletePod', 'rolloutRestart'];

/** True for a step that only replaces pods by fresh ones. */
export const replacesPods = ({ action }: PlannedStep): boolean => restarts.includes(action);

/** True for a step that waits for a person in this mode, whatever its target. */
export function asksPeople(mode: PolicyMode, { approval, risk }: PlannedStep): boolean {
  if (mode === 'Approve') return true;
  return mode === 'Auto' && (approval === 'Required' || (approval === 'WhenRisky' && risk !== 'low'));
}
