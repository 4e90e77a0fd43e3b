import { log, setDefaultSignalHandler } from '@temporalio/workflow';
import { notify } from './activity-options.ts';
import { rootMessage } from './people.ts';
import type { Pending } from './run.ts';

export interface NotificationsInput {
  /** Oldest first; each is sent with the words and the key that it had in its run. */
  messages: Pending[];
}

/** What became of the messages of a run that has ended. */
export interface NotificationsReport {
  delivered: number;
  undelivered: { receiver: string; kind: string; why: string }[];
}

/** Sends what a run could not send before it ended: in order to each receiver, to all of them at once. */
export async function notifications({ messages }: NotificationsInput): Promise<NotificationsReport> {
  setDefaultSignalHandler((name) => log.warn('unknown signal ignored', { name: name.slice(0, 100) }));
  const report: NotificationsReport = { delivered: 0, undelivered: [] };
  const receivers = [...new Set(messages.map(({ receiver }) => receiver))];
  await Promise.all(
    receivers.map(async (receiver) => {
      for (const message of messages.filter((other) => other.receiver === receiver)) await send(report, message);
    }),
  );
  return report;
}

async function send(report: NotificationsReport, { receiver, notification }: Pending): Promise<void> {
  const { kind, workflowId } = notification;
  const lost = (why: string) => {
    report.undelivered.push({ receiver, kind, why });
    log.error('a receiver could not be told', { receiver, kind, workflow: workflowId, why });
  };
  try {
    const { delivered, detail } = await notify({ receiver, notification });
    if (delivered) report.delivered += 1;
    else lost(detail);
  } catch (error) {
    lost(rootMessage(error));
  }
}
