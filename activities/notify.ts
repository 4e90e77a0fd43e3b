import { fallbackReceiver } from '../domain/run/contract.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { fitMessage } from '../domain/run/fit-message.ts';
import type { HubActivities, Notification, NotifyInput, Told } from './contract.ts';
import type { Notifier, Receiver } from './notifiers/define-notifier.ts';
import { largestBody, post } from './notifiers/transport.ts';

/** A notifier may put some words around the message. */
const largestMessage = largestBody - 4_096;

/** What becomes of a message to a receiver, as it is counted. */
export const notificationOutcomes = ['delivered', 'rejected', 'unavailable'] as const;

export interface NotifyDeps {
  receivers: readonly Receiver[];
  notifiers: readonly Notifier[];
  now: () => number;
  count(receiver: string, outcome: (typeof notificationOutcomes)[number]): void;
  log: { error(fields: object, message: string): void };
}

const isRejected = (error: unknown): error is MendflowError =>
  error instanceof MendflowError && error.code === 'NOTIFIER_REJECTED';

/**
 * Tells one receiver. A refusal is an answer, not a failure; a receiver that is away is retried. A message that is too
 * large is cut to fit and goes out.
 */
export function notify(deps: NotifyDeps): HubActivities['notify'] {
  const { receivers, notifiers, count, log } = deps;
  const lost = ({ kind, workflowId, summary }: Notification, detail: string): Told => {
    log.error({ workflowId, detail }, `a message (${kind}) reached nobody: ${summary}`);
    return { delivered: false, detail };
  };
  return async ({ receiver: name, notification: whole, reference }) => {
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
      const tell = sender(deps, notifier, receiver);
      const told = await tell({ notification, ...(reference !== undefined && { reference }) });
      count(name, 'delivered');
      return { delivered: true, detail: `delivered to ${receiver.name}`, ...told };
    } catch (error) {
      count(name, isRejected(error) ? 'rejected' : 'unavailable');
      if (isRejected(error)) return lost(notification, error.message);
      throw error;
    }
  };
}

/** Sends to one receiver; resolves with its name for the message. Where the message to change is gone, it sends a new one. */
function sender({ now }: NotifyDeps, notifier: Notifier, receiver: Receiver) {
  const send = async ({ notification, reference }: Omit<NotifyInput, 'receiver'>): Promise<Pick<Told, 'reference'>> => {
    const context = { nowMs: now(), ...(reference !== undefined && { reference }) };
    const answer = await post(receiver, notifier.compose(receiver, notification, context));
    const receipt = notifier.receiptOf?.(answer) ?? { kind: 'delivered' };
    if (receipt.kind === 'delivered') return receipt.reference === undefined ? {} : { reference: receipt.reference };
    const code = receipt.kind === 'rejected' ? 'NOTIFIER_REJECTED' : 'RECEIVER_UNAVAILABLE';
    throw new MendflowError(code, `${receiver.name} refused the message: ${receipt.why}`);
  };
  return (input: Omit<NotifyInput, 'receiver'>) =>
    send(input).catch((error: unknown) => {
      if (input.reference === undefined || !isRejected(error)) throw error;
      return send({ notification: input.notification });
    });
}
