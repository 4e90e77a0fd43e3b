import { describe, expect, it } from '@jest/globals';
import { createSenderRate } from '../../../api/intake/sender-rate.ts';

function setUp() {
  const clock = { nowMs: 0 };
  return { clock, rate: createSenderRate({ alertsASecond: 10, alertsAtOnce: 100 }, () => clock.nowMs) };
}

describe('a sender', () => {
  it('delivers as many alerts at once as it may', () => {
    const { rate } = setUp();
    for (let delivery = 0; delivery < 10; delivery += 1) {
      rate.admit('eu');
      rate.count('eu', 9);
    }
    expect(() => rate.admit('eu')).toThrow(
      expect.objectContaining({
        code: 'OVERLOADED',
        message: 'eu has delivered more than 10 alerts a second for a while.',
      }),
    );
  });

  it('is told when to come again, and is let in then', () => {
    const { clock, rate } = setUp();
    rate.admit('eu');
    rate.count('eu', 149);
    expect(() => rate.admit('eu')).toThrow(expect.objectContaining({ retryAfterMs: 5_100 }));
    clock.nowMs = 5_099;
    expect(() => rate.admit('eu')).toThrow(expect.objectContaining({ retryAfterMs: 1 }));
    clock.nowMs = 5_100;
    expect(() => rate.admit('eu')).not.toThrow();
  });

  it('delivers no more than its rate in the long run, in deliveries of any size', () => {
    const { clock, rate } = setUp();
    let taken = 0;
    for (let second = 0; second < 1_000; second += 1) {
      for (let delivery = 0; delivery < 3; delivery += 1) {
        try {
          rate.admit('eu');
        } catch {
          continue;
        }
        rate.count('eu', 20 * (delivery + 1));
        taken += 1 + 20 * (delivery + 1);
      }
      clock.nowMs += 1_000;
    }
    expect(taken).toBeLessThanOrEqual(100 + 10 * 1_000 + 61);
    expect(taken).toBeGreaterThan(9_500);
  });

  it('does not take the room of another one', () => {
    const { rate } = setUp();
    rate.admit('eu');
    rate.count('eu', 10_000);
    expect(() => rate.admit('us')).not.toThrow();
  });
});
