import type { Notification } from '../../activities/contract.ts';
import { hasEndedWell } from '../../domain/analysis/backtest/recorded-observation.ts';
import { questionIn, reply, thinkingMs } from '../people.ts';
import type { World } from '../world.ts';
import type { RecordedRun } from './recorded-cluster.ts';

/** What people do about a message of a run: they answer its question as they did then, and help where they are asked. */
export function answerAsThen(world: World, { record }: RecordedRun, message: Notification): void {
  const { kind, workflowId } = message;
  if (kind === 'escalation') takeOver(world, workflowId, record);
  const question = questionIn(world, message);
  const answer = question && answerThen(record, question.action);
  if (question === undefined || answer === undefined) return;
  reply(world, workflowId, question, { answer, afterMs: record.segments.awaitingApprovalMs ?? thinkingMs });
}

/** Who was asked then and took no step had no yes; what nobody was asked about is approved. */
function answerThen({ segments, steps, reason }: RecordedRun['record'], action: string) {
  if (reason === 'approvalExpired') return undefined;
  const saidNo = segments.awaitingApprovalMs !== undefined && !steps.some((step) => step.action === action);
  return saidNo || reason === 'approvalRejected' ? 'reject' : 'approve';
}

/** The verb with which a person ended the run then. */
export const stopThen = ({ reason }: RecordedRun['record']) =>
  reason === 'aborted' ? 'abort' : reason === 'takenOver' ? 'takeOver' : undefined;

/** What an escalation would have come to is not recorded: where the fault stays, a person takes it over. */
function takeOver(world: World, workflowId: string, record: RecordedRun['record']): void {
  if (stopThen(record) !== undefined || hasEndedWell(record)) return;
  world.clock.after(thinkingMs, () => void world.say(workflowId, 'takeOver'));
}
