import { isCancellation, log, setDefaultSignalHandler, sleep } from '@temporalio/workflow';
import { notify } from './activities.ts';
import { rootMessage } from './failure.ts';
import { givenUpMs, type NotificationsInput, restMsAfter } from './notify.ts';
import type { Pending } from './state.ts';

/** What became of the messages of a run that has ended. */
export interface NotificationsReport {
  delivered: number;
  undelivered: { receiver: string; kind: string; why: string }[];
}

/** Sends what a run could not send before it ended: in order to each receiver, to all of them at once. */
export async function notifications({ messages, references }: NotificationsInput): Promise<NotificationsReport> {
  setDefaultSignalHandler((name) => log.warn('unknown signal ignored', { name: name.slice(0, 100) }));
  const report: NotificationsReport = { delivered: 0, undelivered: [] };
  const receivers = [...new Set(messages.map(({ receiver }) => receiver))];
  await Promise.all(
    receivers.map(async (receiver) => {
      let reference = references?.[receiver];
      for (const message of messages.filter((other) => other.receiver === receiver)) {
        const known = await sendOnce(report, message, reference);
        reference ??= known;
      }
    }),
  );
  return report;
}

/** The receiver's own name for the message, where it has one; tries until the message is a day old. */
async function sendOnce(
  report: NotificationsReport,
  message: Pending,
  known: string | undefined,
): Promise<string | undefined> {
  const { receiver, notification, sinceMs = Date.now() } = message;
  const { kind, workflowId } = notification;
  const lost = (why: string) => {
    report.undelivered.push({ receiver, kind, why });
    log.error('a receiver could not be told', { receiver, kind, workflow: workflowId, why });
  };
  for (;;) {
    try {
      const told = await notify({ receiver, notification, ...(known !== undefined && { reference: known }) });
      if (told.delivered) report.delivered += 1;
      else lost(told.detail);
      return told.reference;
    } catch (error) {
      if (isCancellation(error) || Date.now() >= sinceMs + givenUpMs) {
        lost(rootMessage(error));
        return undefined;
      }
      await sleep(restMsAfter(error));
    }
  }
}
