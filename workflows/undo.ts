import type { PlannedStep } from '../domain/policy/policy.ts';
import { rootMessage } from './failure.ts';
import { tell } from './progress.ts';
import { alertFor, type Begun, type Run } from './state.ts';

/**
 * Takes back, last first, what the policy wants taken back now that the run hands over or ends. What stays until the
 * workload is healthy is remembered for that moment. What cannot be taken back is said, and stops nothing. Runs where no
 * cancellation reaches it.
 */
export async function undoSteps(run: Run, { isHealed }: { isHealed: boolean }): Promise<void> {
  const due = run.begun.filter(({ step }) => isDue(step, isHealed));
  run.begun = isHealed ? [] : run.begun.filter(({ step }) => step.undo === 'WhenHealthy');
  for (const begun of due.reverse()) await undoOne(run, begun);
  for (const { step } of run.begun) tell(run, `${step.action} stays until the workload is healthy`);
}

function isDue({ undo }: PlannedStep, isHealed: boolean): boolean {
  return undo === 'Always' || undo === (isHealed ? 'WhenHealthy' : 'Unhealthy');
}

/** True while something is in effect that is to be taken back when the workload is healthy: the run must not end before. */
export const hasToUndo = ({ begun }: Run): boolean => begun.some(({ step }) => step.undo === 'WhenHealthy');

/** True for a step of the run that is still in effect: taking it once more changes nothing. */
export const isInEffect = ({ begun }: Run, index: number): boolean =>
  begun.some(({ index: taken, startedAt }) => taken === index && startedAt !== undefined);

/** A run that ends while the workload is not healthy says what it leaves behind. */
export function sayWhatStays(run: Run): void {
  for (const { step } of run.begun.splice(0)) tell(run, `${step.action} is left as it is: the workload is not healthy`);
}

async function undoOne(run: Run, { target, policy, step, token, ticket, startedAt }: Begun): Promise<void> {
  try {
    const input = { target, policy, step, token, alert: alertFor(run), ...(ticket && { ticket }) };
    const { summary, changed } = await run.cluster.undo(input);
    tell(run, `${changed ? `took back ${step.action}` : `${step.action} left nothing to take back`}: ${summary}`);
    const record = run.status.steps.findLast((known) => known.action === step.action && known.startedAt === startedAt);
    if (changed && record !== undefined) record.effect = 'reverted';
  } catch (error) {
    tell(run, `${step.action} could not be taken back: ${rootMessage(error)}`, { reason: 'stepFailed' });
  }
}
