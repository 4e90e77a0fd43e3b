import { MendflowError } from '../../domain/run/errors.ts';
import { msUntilOne, refill, type TokenBucket } from './pacing.ts';

/** How much one sender may deliver. */
export interface SenderRateLimits {
  /** Alerts a second, in the long run; each delivery counts as one more. */
  alertsASecond: number;
  /** Alerts that may come at once, after a sender was quiet. */
  alertsAtOnce: number;
}

/** Limits how many alerts a sender delivers in the long run, so that its token cannot take the intake from the others. */
export interface SenderRate {
  /** Throws OVERLOADED (503, with the time to wait) where the sender has delivered too much; before a body is read. */
  admit(sender: string): void;
  /** Counts the alerts of a delivery that was read. They may be more than were left, so that any size is taken in the end. */
  count(sender: string, alerts: number): void;
}

/** Senders are those of the configuration, so that there are only so many. */
export function createSenderRate({ alertsASecond, alertsAtOnce }: SenderRateLimits, now: () => number): SenderRate {
  const limits = { atOnce: alertsAtOnce, oneMoreMs: 1_000 / alertsASecond };
  const senders = new Map<string, TokenBucket>();
  const roomOf = (sender: string) => {
    const room = senders.get(sender) ?? { left: alertsAtOnce, atMs: now() };
    refill(room, limits, now());
    senders.set(sender, room);
    return room;
  };
  return {
    admit(sender) {
      const room = roomOf(sender);
      if (room.left < 1) {
        const retryAfterMs = Math.ceil(msUntilOne(room, limits));
        const detail = `${sender} has delivered more than ${alertsASecond} alerts a second for a while.`;
        throw new MendflowError('OVERLOADED', detail, { retryAfterMs });
      }
      room.left -= 1;
    },
    count(sender, alerts) {
      roomOf(sender).left -= alerts;
    },
  };
}
