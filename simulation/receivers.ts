import type { HubActivities, Notification } from '../activities/contract.ts';
import { MendflowError } from '../domain/run/errors.ts';
import type { Clock } from './temporal/clock.ts';

/**
 * What a receiver does with a message: `fails` for now, `refuses` for good, `hangs` until the sender gives up, or takes it
 * and answers `late`, when the sender has given up.
 */
export type ReceiverFate = 'delivers' | 'fails' | 'refuses' | 'hangs' | 'late';

/** A notifier gives up after this. */
const deadlineMs = 10_000;
/** Later than the attempt may take. */
const tooLateMs = 20_000;

export interface ReceiversOptions {
  clock: Clock;
  fateOf(receiver: string): ReceiverFate;
  /** Writes down what a person is told. */
  tell(receiver: string, notification: Notification): void;
}

/** The receivers of a simulated day, as the activity `notify` meets them. */
export function notifying({ clock, fateOf, tell }: ReceiversOptions): HubActivities['notify'] {
  const pass = (ms: number) => new Promise<void>((resolve) => clock.after(ms, resolve));
  return async ({ receiver, notification }) => {
    switch (fateOf(receiver)) {
      case 'refuses':
        return { delivered: false, detail: `${receiver} refuses the message` };
      case 'fails':
        throw new MendflowError('RECEIVER_UNAVAILABLE', `${receiver} is away`);
      case 'hangs':
        await pass(deadlineMs);
        throw new MendflowError('RECEIVER_UNAVAILABLE', `${receiver} does not answer`);
      case 'late':
        tell(receiver, notification);
        await pass(tooLateMs);
        break;
      default:
        tell(receiver, notification);
    }
    return { delivered: true, detail: `delivered to ${receiver}` };
  };
}
