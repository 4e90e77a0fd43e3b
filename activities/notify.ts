import { fallbackReceiver } from '../domain/run/contract.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { fitMessage } from '../domain/run/fit-message.ts';
import type { HubActivities, NotifyInput, Told } from './contract.ts';
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
 * Tells one receiver. A refusal is an answer, not a failure: the fallback receiver is told instead, and the answer says
 * both. A receiver that is away is retried. A message that is too large is cut to fit and goes out.
 */
export function notify(deps: NotifyDeps): HubActivities['notify'] {
  const { receivers, log } = deps;
  const tell = createTell(deps);
  const fallback = receivers.find((known) => known.fallback)?.name;
  return async ({ receiver: name, notification: whole, ...more }) => {
    const notification = fitMessage(whole, largestMessage);
    const { kind, workflowId, summary } = notification;
    const told = await tell(name, { notification, ...more });
    if (told.delivered) return told;
    const isLast = fallback === undefined || name === fallback || name === fallbackReceiver;
    // Not with the reference: the other receiver has no such message.
    const instead = isLast ? undefined : await tell(fallbackReceiver, { notification });
    if (instead?.delivered) {
      log.error({ workflowId, detail: told.detail }, `a message (${kind}) was ${instead.detail} instead`);
      return { ...told, detail: `${told.detail}; ${instead.detail} instead` };
    }
    log.error({ workflowId, detail: told.detail }, `a message (${kind}) reached nobody: ${summary}`);
    return told;
  };
}

type Message = Omit<NotifyInput, 'receiver'>;

/** Tells the receiver of that name, and counts what became of it. Rejects with RECEIVER_UNAVAILABLE where it is away. */
function createTell(deps: NotifyDeps) {
  const { receivers, notifiers, count } = deps;
  return async (name: string, message: Message): Promise<Told> => {
    const isFallback = name === fallbackReceiver;
    const receiver = receivers.find((candidate) => (isFallback ? candidate.fallback : candidate.name === name));
    const notifier = notifiers.find((candidate) => candidate.name === receiver?.type);
    if (receiver === undefined || notifier === undefined) {
      count(name, 'rejected');
      const detail = isFallback
        ? 'no receiver is configured; add one under receivers in the configuration file'
        : `receiver ${name} is not configured`;
      return { delivered: false, detail };
    }
    try {
      const told = await sender(deps, notifier, receiver)(message);
      count(name, 'delivered');
      return { delivered: true, detail: `delivered to ${receiver.name}`, ...told };
    } catch (error) {
      count(name, isRejected(error) ? 'rejected' : 'unavailable');
      if (isRejected(error)) return { delivered: false, detail: error.message };
      throw error;
    }
  };
}

/** Sends to one receiver; resolves with its name for the message. Where the message to change is gone, it sends a new one. */
function sender({ now }: NotifyDeps, notifier: Notifier, receiver: Receiver) {
  const send = async ({ notification, reference }: Message): Promise<Pick<Told, 'reference'>> => {
    const context = { nowMs: now(), ...(reference !== undefined && { reference }) };
    const answer = await post(receiver, notifier.compose(receiver, notification, context));
    const receipt = notifier.receiptOf?.(answer) ?? { kind: 'delivered' };
    if (receipt.kind === 'delivered') return receipt.reference === undefined ? {} : { reference: receipt.reference };
    const code = receipt.kind === 'rejected' ? 'NOTIFIER_REJECTED' : 'RECEIVER_UNAVAILABLE';
    throw new MendflowError(code, `${receiver.name} refused the message: ${receipt.why}`);
  };
  return (input: Message) =>
    send(input).catch((error: unknown) => {
      if (input.reference === undefined || !isRejected(error)) throw error;
      return send({ notification: input.notification });
    });
}
