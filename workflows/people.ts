import type { Notification, ReportInput } from '../activities/contract.ts';
import { answerCommands } from '../domain/answer-commands.ts';
import type { Reason } from '../domain/reasons.ts';
import { fillTemplate, type TemplateValues } from '../domain/template.ts';
import { notify } from './activity-options.ts';
import { type Run, tell } from './run.ts';

interface Message {
  kind: Notification['kind'];
  level: number;
  reason?: Reason;
  /** The policy's own words, with placeholders. */
  template?: string | undefined;
}

/** Sends to the receivers, without waiting: a slow or failing receiver never holds a run up or changes its outcome. */
export function tellPeople(run: Run, receivers: readonly string[], message: Message): void {
  for (const receiver of new Set(receivers)) {
    if (!run.notified.includes(receiver)) run.notified.push(receiver);
    run.background.push(send(run, receiver, message));
  }
}

async function send(run: Run, receiver: string, { kind, level, reason, template }: Message): Promise<void> {
  const { status, id } = run;
  const { outcome: _, phase: __, ...report } = status;
  try {
    const { delivered, detail } = await notify({
      receiver,
      notification: {
        kind,
        dedupKey: `${id.workflowId}/${id.runId}`,
        ...id,
        level,
        summary: status.summary,
        ...(reason === undefined ? {} : { reason }),
        ...(template === undefined ? {} : { message: fillTemplate(template, valuesFor(run, reason)) }),
        answer: kind === 'closed' ? [] : answerCommands(status, id.workflowId),
        report,
      },
    });
    tell(run, delivered ? `told ${receiver}` : `${receiver} refused the message: ${detail}`);
  } catch (error) {
    tell(run, `${receiver} could not be told: ${rootMessage(error)}`);
  }
}

function valuesFor({ alert, status }: Run, reason: Reason | undefined): TemplateValues {
  const { target, policy } = status;
  return {
    alertname: alert.alertname,
    cluster: alert.cluster,
    ...(target && { namespace: target.namespace, workload: target.workload.name }),
    ...(target?.pod && { pod: target.pod.name }),
    ...(policy && { policy }),
    ...(reason && { reason }),
  };
}

/** Writes an Event beside the object, without waiting. */
export function report(run: Run, event: ReportInput['event'], note: string): void {
  if (run.status.target === undefined) return;
  const { workflowId } = run.id;
  const written = run.cluster.report({ target: run.status.target, event, note, workflowId });
  run.background.push(
    written.catch((error) => tell(run, `the Event ${event} could not be written: ${rootMessage(error)}`)),
  );
}

/** The innermost message: Temporal wraps an activity's failure twice. */
export function rootMessage(error: unknown): string {
  let deepest = error;
  while (deepest instanceof Error && deepest.cause instanceof Error) deepest = deepest.cause;
  return deepest instanceof Error ? deepest.message : String(deepest);
}
