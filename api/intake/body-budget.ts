import { MendflowError } from '../../domain/run/errors.ts';

/** What all deliveries together may hold; each counts from its first byte until it is answered. */
export interface BodyBudgetLimits {
  deliveries: number;
  /** Bytes of their bodies. */
  bytes: number;
  /** Strings and containers in them: what they are parsed into is many times larger than short ones are as text. */
  values: number;
}

type Amount = keyof BodyBudgetLimits;

/** What one delivery holds. `take` throws OVERLOADED (503: the sender tries again) where there is no room left. */
export interface Held {
  take(amount: Amount, count: number): void;
  /** Takes what is missing up to this many. */
  takeUpTo(amount: Amount, count: number): void;
  /** Gives everything back; a second time it does nothing. */
  release(): void;
}

const words: Record<Amount, string> = {
  deliveries: 'deliveries are being read',
  bytes: 'bytes of deliveries are being held',
  values: 'values of deliveries are being held',
};
const none = (): BodyBudgetLimits => ({ deliveries: 0, bytes: 0, values: 0 });

/**
 * A budget over all deliveries that are being read or handed over. Where several senders are known, none of them can
 * take more than three quarters, so that one cannot keep the others out.
 */
export function createBodyBudget(limits: BodyBudgetLimits, senders: number): (sender: string) => Held {
  const total = none();
  const bySender = new Map<string, BodyBudgetLimits>();
  const share = senders > 1 ? 0.75 : 1;

  return (sender) => {
    const own = none();
    const shared = bySender.get(sender) ?? none();
    bySender.set(sender, shared);
    let isReleased = false;
    const take = (amount: Amount, count: number) => {
      // What was answered already needs nothing more; what is left of its body is thrown away.
      if (isReleased) return;
      const isFull = total[amount] + count > limits[amount];
      if (isFull || shared[amount] + count > Math.ceil(limits[amount] * share)) {
        const whose = isFull ? '' : ` of ${sender}`;
        const detail = `${total[amount]} ${words[amount]} already${whose}; there is no room for ${count} more.`;
        throw new MendflowError('OVERLOADED', detail, { retryAfterMs: 1_000 });
      }
      for (const holder of [total, shared, own]) holder[amount] += count;
    };
    return {
      take,
      takeUpTo: (amount, count) => {
        if (count > own[amount]) take(amount, count - own[amount]);
      },
      release() {
        if (isReleased) return;
        isReleased = true;
        for (const amount of Object.keys(own) as Amount[]) {
          total[amount] -= own[amount];
          shared[amount] -= own[amount];
        }
        if (shared.deliveries === 0) bySender.delete(sender);
      },
    };
  };
}
