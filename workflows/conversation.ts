import type { ConversationReport } from '../domain/guard/conversations.ts';
import { workloadKey } from '../domain/target/target.ts';
import type { NeedsPerson } from './ending.ts';
import { otherSpeaker } from './incident.ts';
import { joins } from './joining.ts';
import { levelsOf, type Run } from './run.ts';
import { hasToTakeBack } from './undo.ts';

/**
 * The run that asks a person about the workload already and has taken this one's word; undefined where this run speaks.
 * A run that must take something back later speaks for itself, and so does one whose guard does not answer.
 */
export async function joinConversation(run: Run, why: NeedsPerson): Promise<string | undefined> {
  const { target } = run.status;
  if (target === undefined) return undefined;
  const report = reportOf(run, workloadKey(target));
  let speaker = await otherSpeaker(run, report);
  if (speaker !== undefined && !hasToTakeBack(run)) {
    const [level] = levelsOf(run);
    if (await joins(run, speaker, { detail: why.detail, notify: level?.notify ?? [] })) return speaker;
    // Somebody ended it in Temporal.
    speaker = await otherSpeaker(run, { ...report, instead: speaker });
  }
  if (speaker === undefined) run.conversation = report.workload;
  return undefined;
}

/** The workload's next run that needs a person asks one again. */
export async function endConversation(run: Run): Promise<void> {
  const { conversation: workload } = run;
  if (workload === undefined) return;
  delete run.conversation;
  await otherSpeaker(run, { key: 'conversation', workflowId: run.id.workflowId, workload, tried: [], isOver: true });
}

function reportOf({ id, plan, status }: Run, workload: string): ConversationReport {
  const tried = status.steps.flatMap(({ action, result }) => (result === 'unhealthy' ? [action] : []));
  const stoppedAt = status.ladder[status.currentStep ?? -1]?.action;
  return {
    key: 'conversation',
    workflowId: id.workflowId,
    workload,
    ...(plan && { policy: plan.policy }),
    tried: [...new Set(tried)].slice(0, 5),
    ...(stoppedAt === undefined || tried.includes(stoppedAt) ? {} : { stoppedAt }),
  };
}
