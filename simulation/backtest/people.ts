import type { Notification } from '../../activities/contract.ts';
import { hasEndedWell } from '../../domain/analysis/backtest/recorded-observation.ts';
import type { World } from '../world.ts';
import type { RecordedRun } from './recorded-cluster.ts';

/** A person who was not asked then thinks for so long. */
const thinkingMs = 60_000;
const names = ['ada', 'grace'];

/** What people do about a message of a run: they answer its question as they did then, and help where they are asked. */
export function answerAsThen(world: World, { record }: RecordedRun, { kind, workflowId, runId }: Notification): void {
  if (kind === 'escalation') takeOver(world, workflowId, record);
  if (kind !== 'approvalNeeded') return;
  const asked = world.runs().find((run) => run.workflowId === workflowId && run.runId === runId)?.status.question;
  if (asked === undefined) return;
  const { awaitingApprovalMs } = record.segments;
  const answer = answerThen(record, asked.action);
  if (answer === undefined) return;
  const { digest, approvalsNeeded } = asked;
  world.clock.after(awaitingApprovalMs ?? thinkingMs, () => {
    const people = names.slice(0, answer === 'reject' ? 1 : approvalsNeeded);
    for (const who of people) void world.say(workflowId, answer, { who, digest });
  });
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
