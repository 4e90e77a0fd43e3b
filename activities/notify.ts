import { fallbackReceiver } from '../domain/run/contract.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { fitMessage } from '../domain/run/fit-message.ts';
import type { HubActivities, Notification } from './contract.ts';
import type { Notifier, Receiver } from './notifiers/define-notifier.ts';
import { largestBody, post } from './notifiers/transport.ts';

/** A notifier may put some words around the message. */
const largestMessage = largestBody - 4_096;

export interface NotifyDeps {
  receivers: readonly Receiver[];
  notifiers: readonly Notifier[];
  now: () => number;
  /** Counts `delivered`, `rejected` and `unavailable` by receiver. */
  count(receiver: string, outcome: 'delivered' | 'rejected' | 'unavailable'): void;
  log: { error(fields: object, message: string): void };
}

/**
 * Tells one receiver. A refusal is an answer, not a failure; a receiver that is away is retried. A message that is too
 * large is cut to fit and goes out.
 */
export function notify({ receivers, notifiers, now, count, log }: NotifyDeps): HubActivities['notify'] {
  const lost = ({ kind, workflowId, summary }: Notification, detail: string) => {
    log.error({ workflowId, detail }, `a message (${kind}) reached nobody: ${summary}`);
    return { delivered: false, detail };
  };
  return async ({ receiver: name, notification: whole }) => {
    const notification = fitMessage(whole, largestMessage);
    const isFallback = name === fallbackReceiver;
    const receiver = receivers.find((candidate) => (isFallback ? candidate.fallback : candidate.name === name));
    const notifier = notifiers.find((candidate) => candidate.name === receiver?.type);
    if (receiver === undefined || notifier === undefined) {
      count(name, 'rejected');
      const detail = isFallback
        ? 'no receiver is configured; add one under receivers in the configuration file'
        : `receiver ${name} is not configured`;
      return lost(notification, detail);
    }
    try {
      await post(receiver, notifier.compose(receiver, notification, now()));
      count(name, 'delivered');
      return { delivered: true, detail: `delivered to ${receiver.name}` };
    } catch (error) {
      const isRejected = error instanceof MendflowError && error.code === 'NOTIFIER_REJECTED';
      count(name, isRejected ? 'rejected' : 'unavailable');
      if (isRejected) return lost(notification, error.message);
      throw error;
    }
  };
}
