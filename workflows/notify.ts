import {
  CancellationScope,
  condition,
  isCancellation,
  log,
  ParentClosePolicy,
  sleep,
  startChild,
} from '@temporalio/workflow';
import type { Notification, ReportInput } from '../activities/contract.ts';
import { fillTemplate, type TemplateValues } from '../domain/policy/template.ts';
import { hubTaskQueue, notificationsWorkflowId, workflowTypes } from '../domain/run/contract.ts';
import { answerCommands } from '../domain/run/details.ts';
import type { Reason } from '../domain/run/reasons.ts';
import { notify, notifyAtEnd } from './activities.ts';
import { askedToWaitMs, rootMessage } from './failure.ts';
import { tell } from './progress.ts';
import { type Pending, type Run, shieldedScope } from './state.ts';

interface Message {
  kind: Notification['kind'];
  level: number;
  reason?: Reason;
  /** The policy's own words, with placeholders. */
  template?: string | undefined;
  /** What is new since the last message of this kind, for the summary. */
  news?: string;
}

/** A run that ends gives its messages so long to arrive; then a workflow of their own goes on with them. */
const lastWordsMs = 5_000;
/** After a receiver could not be reached for the time that `notify` has, at least this long until the next try. */
const tryAgainMs = 300_000;
/** What nobody could be told for so long is no news. */
export const givenUpMs = 24 * 3_600_000;
/** A workflow's input may be 2 MB large. */
const inputLimit = 1_000_000;

/** How long to wait before the next try: as long as the receiver asked, and no longer than a day. */
export const restMsAfter = (error: unknown): number => Math.min(Math.max(tryAgainMs, askedToWaitMs(error)), givenUpMs);

/** Sends to the receivers, without waiting: a slow or failing receiver never holds a run up or changes its outcome. */
export function notifyReceivers(run: Run, receivers: readonly string[], message: Message): void {
  const notification = compose(run, message);
  for (const receiver of new Set(receivers)) {
    if (!run.notified.includes(receiver)) run.notified.push(receiver);
    enqueue(run, { receiver, notification, sinceMs: Date.now() });
    deliver(run, receiver);
  }
}

/** The message as it is now: what becomes of the run while it waits for its receiver does not change it. */
function compose(run: Run, { kind, level, reason, template, news }: Message): Notification {
  const { status, id } = run;
  const { outcome: _, phase: __, ...report } = status;
  const key = `${kind}/${level}`;
  const occurrence = run.occurrences[key] ?? 0;
  run.occurrences[key] = occurrence + 1;
  const notification: Notification = {
    kind,
    dedupKey: `${id.workflowId}/${id.runId}`,
    ...id,
    level,
    ...(occurrence === 0 ? {} : { occurrence }),
    summary: news === undefined ? status.summary : `${status.summary}; ${news}`,
    ...(reason === undefined ? {} : { reason }),
    ...(template === undefined ? {} : { message: fillTemplate(template, valuesFor(run, reason)) }),
    answer: kind === 'closed' ? [] : answerCommands(status, id.workflowId),
    report,
  };
  return JSON.parse(JSON.stringify(notification)) as Notification;
}

/** A later message of the same kind and level takes the place of one that still waits for its turn. */
function enqueue(run: Run, message: Pending): void {
  const { receiver, notification } = message;
  const waiting = run.pending.findIndex(
    (other, index) =>
      index > run.pending.findIndex((first) => first.receiver === receiver) &&
      other.receiver === receiver &&
      other.notification.kind === notification.kind &&
      other.notification.level === notification.level,
  );
  if (waiting < 0) run.pending.push(message);
  else run.pending[waiting] = message;
}

/** Sends what waits for the receiver, in order. */
function deliver(run: Run, receiver: string): void {
  const { scope, lanes } = run.outbox;
  if (lanes.has(receiver)) return;
  // Set before the lane runs: it may end at once.
  lanes.set(receiver, Promise.resolve());
  const lane = scope.run(async () => {
    for (;;) {
      const message = run.pending.find((other) => other.receiver === receiver);
      if (message === undefined || !(await send(run, message))) break;
      run.pending = run.pending.filter((other) => other !== message);
    }
    lanes.delete(receiver);
  });
  if (lanes.has(receiver)) lanes.set(receiver, lane);
}

/** False when the message must be sent later: the run ends or continues as new. */
async function send(run: Run, message: Pending): Promise<boolean> {
  const { sinceMs = Date.now() } = message;
  for (;;) {
    const end = await trySending(run, message);
    if (end === 'done' || end === 'later') return end === 'done';
    if (Date.now() >= sinceMs + givenUpMs) {
      giveUp(run, message);
      return true;
    }
    if (!(await hasRested(end.restMs))) return false;
  }
}

function giveUp(run: Run, { receiver, notification: { kind, summary } }: Pending): void {
  const { workflowId } = run.id;
  log.error('a receiver could not be told for a day; the message is given up', { receiver, kind, workflowId, summary });
  tell(run, `${receiver} could not be told for a day; the message (${kind}) is given up`);
}

/** Waits until the next try; false where the run ends or continues as new meanwhile. */
async function hasRested(restMs: number): Promise<boolean> {
  try {
    await sleep(restMs);
    return true;
  } catch (error) {
    if (isCancellation(error)) return false;
    throw error;
  }
}

/** `done`: the receiver has answered. `restMs`: it could not be reached, which people see at the run. `later`: as of `send`. */
async function trySending(
  run: Run,
  { receiver, notification }: Pending,
): Promise<'done' | 'later' | { restMs: number }> {
  try {
    const known = run.references?.[receiver];
    const message = { receiver, notification, ...(known !== undefined && { reference: known }) };
    const { delivered, detail, reference } = await (run.isClosing ? notifyAtEnd : notify)(message);
    if (reference !== undefined) run.references = { [receiver]: reference, ...run.references };
    if (delivered) told(run, receiver);
    else notTold(run, receiver, detail);
    return 'done';
  } catch (error) {
    if (run.isClosing || isCancellation(error)) return 'later';
    notTold(run, receiver, rootMessage(error));
    return { restMs: restMsAfter(error) };
  }
}

function told(run: Run, receiver: string): void {
  const { status } = run;
  const others = status.undelivered?.filter((other) => other.receiver !== receiver) ?? [];
  if (others.length > 0) status.undelivered = others;
  else delete status.undelivered;
  tell(run, `told ${receiver}`);
}

/** People look at the run itself when no message came: it says so at its head until the receiver was told. */
function notTold(run: Run, receiver: string, why: string): void {
  const { status } = run;
  const others = status.undelivered?.filter((other) => other.receiver !== receiver) ?? [];
  status.undelivered = [...others, { receiver, why }];
  tell(run, `${receiver} could not be told: ${why}`);
}

/**
 * Waits some seconds for the messages under way, then stops sending: what no receiver has confirmed stays in
 * `run.pending`. What was sent as the run ends stops by itself, so the timer is for older messages only.
 */
export async function stopSending(run: Run, { isOld }: { isOld: boolean }): Promise<void> {
  const { scope, lanes } = run.outbox;
  const isIdle = () => lanes.size === 0;
  await (isOld ? condition(isIdle, lastWordsMs) : condition(isIdle));
  if (isIdle()) return;
  scope.cancel();
  await condition(isIdle);
  run.outbox.scope = shieldedScope();
}

/** Sends again what was not confirmed. */
export function goOnSending(run: Run): void {
  for (const { receiver } of run.pending) deliver(run, receiver);
}

/** Gives what could not be sent to a workflow of its own, so that no receiver holds this run open. */
export async function handOverMessages(run: Run): Promise<void> {
  const messages = fitting(run.pending);
  if (messages.length === 0) return;
  const receivers = [...new Set(messages.map(({ receiver }) => receiver))].join(', ');
  const { references } = run;
  const input: NotificationsInput = { messages, ...(references && { references }) };
  try {
    await startChild(workflowTypes.notifications, {
      workflowId: notificationsWorkflowId(run.id.runId),
      taskQueue: hubTaskQueue,
      args: [input],
      parentClosePolicy: ParentClosePolicy.ABANDON,
    });
    tell(run, `${messages.length} messages are still on their way to ${receivers}`);
  } catch (error) {
    // Only a run that was reset in Temporal meets its own messages, which are the same.
    log.error('the messages of a run could not be handed over', { receivers, error: rootMessage(error) });
    tell(run, `${receivers} could not be told: ${rootMessage(error)}`);
  }
  run.pending = [];
}

/** Where the messages are too large together, the oldest ones go without their report. */
export function fitting(messages: readonly Pending[]): Pending[] {
  const fit = [...messages];
  for (let index = 0; index < fit.length && JSON.stringify(fit).length > inputLimit; index++) {
    const message = fit[index];
    if (message === undefined) break;
    const { report: _, ...notification } = message.notification;
    fit[index] = { ...message, notification };
  }
  return fit;
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
  const { target } = run.status;
  if (target === undefined) return;
  const { workflowId } = run.id;
  const written = CancellationScope.nonCancellable(() => run.cluster.report({ target, event, note, workflowId }));
  run.background.push(
    written.catch((error) => tell(run, `the Event ${event} could not be written: ${rootMessage(error)}`)),
  );
}

/** What the workflow `notifications` is handed. */
export interface NotificationsInput {
  /** Oldest first; each is sent with the words and the key that it had in its run. */
  messages: Pending[];
  /** As in the run. */
  references?: Record<string, string>;
}
