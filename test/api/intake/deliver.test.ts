import { describe, expect, it } from '@jest/globals';
import { createDeliver } from '../../../api/intake/deliver.ts';
import type { Alert } from '../../../domain/alert/alert.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import { FakeIntake, nowMs } from '../../support/api.ts';

function alert(n: number, given: Partial<Alert> = {}): Alert {
  return {
    fingerprint: n.toString(16).padStart(16, '0'),
    alertname: 'MemoryLeakDetected',
    cluster: 'default',
    status: 'firing',
    labels: {},
    annotations: {},
    startsAt: '2026-03-01T09:59:00Z',
    receiver: 'mendflow',
    receivedAt: '2026-03-01T10:00:00Z',
    ...given,
  };
}

const alerts = (count: number) => Array.from({ length: count }, (_, n) => alert(n));

function setUp(limits: { maxStarts?: number; deliveryDeadlineMs?: number } = {}) {
  const intake = new FakeIntake();
  const clock = { nowMs };
  const deliver = createDeliver({
    intake,
    now: () => clock.nowMs,
    limits: { maxStarts: 4, deliveryDeadlineMs: 5_000, ...limits },
  });
  return { intake, clock, deliver };
}

describe('handing over a delivery', () => {
  it('holds every alert before it resolves', async () => {
    const { intake, deliver } = setUp();
    expect(await deliver(alerts(100))).toEqual({ accepted: 100, duplicates: 0, resolved: 0, unmatched: 0 });
    expect(intake.running.size).toBe(100);
  });

  it('keeps to its slots, all deliveries together', async () => {
    const { intake, deliver } = setUp({ maxStarts: 4 });
    await Promise.all([deliver(alerts(50)), deliver(alerts(50)), deliver(alerts(50))]);
    expect(intake.mostInFlight).toBe(4);
  });

  it('stops at the first alert that cannot be held', async () => {
    const { intake, deliver } = setUp();
    intake.isDown = true;
    await expect(deliver(alerts(1_000))).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
    intake.isDown = false;
    await new Promise(setImmediate);
    expect(intake.running.size).toBe(0);
  });

  it('gives up at its deadline when nobody answers, and starts nothing more afterwards', async () => {
    const { intake, deliver } = setUp({ deliveryDeadlineMs: 20 });
    let open = () => {};
    intake.gate = new Promise((resolve) => {
      open = resolve;
    });
    const late = { status: 'rejected', reason: { code: 'OVERLOADED', retryAfterMs: 1_000 } };
    expect(await Promise.allSettled([deliver(alerts(50)), deliver([alert(1_000)])])).toMatchObject([late, late]);
    open();
    await new Promise(setImmediate);
    expect(intake.starts.length).toBeLessThanOrEqual(4);
  });

  it('passes on what is no fault of Temporal', async () => {
    const deliver = createDeliver({
      intake: { start: () => Promise.reject(new TypeError('a bug')), resolve: async () => ({ known: true }) },
      now: () => nowMs,
      limits: { maxStarts: 4, deliveryDeadlineMs: 1_000 },
    });
    await expect(deliver([alert(1)])).rejects.toThrow(new TypeError('a bug'));
  });
});

describe('an alert that is delivered again and again', () => {
  const firing = alert(1);
  const resolved = alert(1, { status: 'resolved' });

  it('is handed over once in ten seconds and answered as a duplicate in between', async () => {
    const { intake, clock, deliver } = setUp();
    for (let second = 0; second < 20; second += 1) {
      await deliver([firing]);
      clock.nowMs += 1_000;
    }
    expect(intake.starts).toHaveLength(2);
    expect(await deliver([firing])).toMatchObject({ duplicates: 1 });
  });

  it('is handed over at once where it is another episode, or fires after it was resolved', async () => {
    const { intake, deliver } = setUp();
    await deliver([firing]);
    await deliver([alert(1, { startsAt: '2026-03-01T09:59:30Z' })]);
    await deliver([resolved]);
    await deliver([firing]);
    await deliver([resolved]);
    expect([intake.starts.length, intake.resolves.length]).toEqual([3, 2]);
  });

  it('is handed over again where the last time failed', async () => {
    const { intake, deliver } = setUp();
    intake.isDown = true;
    await expect(deliver([firing])).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
    intake.isDown = false;
    expect(await deliver([firing])).toMatchObject({ accepted: 1 });
  });
});

describe('a delivery that was cut short', () => {
  async function cutShort() {
    const set = setUp({ maxStarts: 1 });
    const { intake, deliver } = set;
    const start = intake.start.bind(intake);
    let calls = 0;
    intake.start = async (given) => {
      calls += 1;
      if (calls === 3) throw new MendflowError('TEMPORAL_UNAVAILABLE', 'gone');
      return start(given);
    };
    await expect(deliver(alerts(5))).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
    return set;
  }

  it('is repeated while calls of it are under way: none of them is made twice', async () => {
    const { intake, deliver } = setUp({ deliveryDeadlineMs: 20 });
    let open = () => {};
    intake.gate = new Promise((resolve) => {
      open = resolve;
    });
    await expect(deliver(alerts(2))).rejects.toMatchObject({ code: 'OVERLOADED' });
    const again = deliver(alerts(2));
    open();
    expect(await again).toMatchObject({ accepted: 2 });
    expect(intake.starts).toHaveLength(2);
  });

  it('goes on where it stopped when it is repeated', async () => {
    const { intake, deliver } = await cutShort();
    expect(intake.starts).toHaveLength(2);
    expect(await deliver(alerts(5))).toMatchObject({ accepted: 3, duplicates: 2 });
    expect(intake.starts).toHaveLength(5);
  });

  it('is forgotten once it was taken: the next firing is news again', async () => {
    const { intake, clock, deliver } = await cutShort();
    await deliver(alerts(5));
    intake.running.clear();
    clock.nowMs += 10_000;
    expect(await deliver(alerts(5))).toMatchObject({ accepted: 5 });
  });

  it('is forgotten after two minutes', async () => {
    const { intake, clock, deliver } = await cutShort();
    intake.running.clear();
    clock.nowMs += 120_001;
    expect(await deliver(alerts(5))).toMatchObject({ accepted: 5 });
  });

  it('does not hold back another episode of the same alert', async () => {
    const { deliver } = await cutShort();
    expect(await deliver([alert(0, { startsAt: '2026-03-01T10:30:00Z' })])).toMatchObject({ duplicates: 1 });
  });
});
