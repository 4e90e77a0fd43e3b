import type { StepRecord } from '../domain/outcome.ts';
import { rootMessage } from './people.ts';
import { known } from './permit.ts';
import { alertFor, type Begun, type Run, tell } from './run.ts';

/**
 * Takes back, last first, what the policy wants taken back now that the run hands over or ends. What cannot be taken
 * back is said, and stops nothing. Runs where no cancellation reaches it.
 */
export async function takeBack(run: Run, { isHealed }: { isHealed: boolean }): Promise<void> {
  const due = run.begun.filter(({ step }) => step.undo === 'Always' || (step.undo === 'Unhealthy' && !isHealed));
  run.begun = [];
  for (const begun of due.reverse()) await takeBackOne(run, begun);
}

async function takeBackOne(run: Run, { target, step, token, ticket, record }: Begun): Promise<void> {
  const { policy } = known(run).plan;
  try {
    const input = { target, policy, step, token, alert: alertFor(run), ...(ticket && { ticket }) };
    const { summary, changed } = await run.cluster.undo(input);
    tell(run, `${changed ? 'took back' : 'nothing was taken back of'} ${step.action}: ${summary}`);
    if (changed) note(record, 'reverted');
  } catch (error) {
    tell(run, `${step.action} could not be taken back: ${rootMessage(error)}`, { reason: 'stepFailed' });
  }
}

function note(record: StepRecord | undefined, effect: NonNullable<StepRecord['effect']>): void {
  if (record !== undefined) record.effect = effect;
}
