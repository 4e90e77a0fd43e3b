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
  const timers: { atMs: number; then: () => void }[] = [];
  const deliver = createDeliver({
    intake,
    now: () => clock.nowMs,
    after: (ms, then) => timers.push({ atMs: clock.nowMs + ms, then }),
    limits: { maxStarts: 4, deliveryDeadlineMs: 5_000, ...limits },
  });
  const passes = (ms: number) => {
    clock.nowMs += ms;
    for (const { then } of timers.splice(0)) then();
  };
  return { intake, clock, deliver, passes };
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

describe('a run whose alert changes again and again', () => {
  const startsAt = (n: number) => new Date(Date.UTC(2026, 2, 1, 9, 0, n)).toISOString();
  const toggles = Array.from({ length: 400 }, (_, n) =>
    alert(1, { startsAt: startsAt(n), status: n % 2 === 0 ? 'firing' : 'resolved' }),
  );

  it('is handed the latest of it when the window ends, and the delivery is answered only then', async () => {
    const { intake, deliver, passes } = setUp();
    let answered = 0;
    const answers: Promise<unknown>[] = [];
    for (const one of toggles) {
      answers.push(deliver([one]).then(() => (answered += 1)));
      await new Promise(setImmediate);
    }
    expect([intake.starts.length, intake.resolves.length, answered]).toEqual([3, 3, 6]);
    passes(5_000);
    await Promise.all(answers);
    expect([intake.starts.length, intake.resolves.length]).toEqual([4, 4]);
    expect(intake.starts.at(-1)).toMatchObject({ startsAt: startsAt(398) });
    expect(intake.resolves.at(-1)).toMatchObject({ startsAt: startsAt(399) });
  });

  it('is handed the firing before the resolved of one delivery as well', async () => {
    const { intake, deliver, passes } = setUp();
    const receipt = deliver(toggles);
    await new Promise(setImmediate);
    passes(5_000);
    expect(await receipt).toEqual({ accepted: 1, duplicates: 398, resolved: 1, unmatched: 0 });
    expect([intake.starts.length, intake.resolves.length]).toEqual([7, 1]);
  });

  it('takes no slot of others while its alerts wait', async () => {
    const { intake, deliver, passes } = setUp({ maxStarts: 1 });
    const waiting = toggles.map((one) => deliver([one]));
    expect(await deliver([alert(2)])).toMatchObject({ accepted: 1 });
    expect(intake.starts).toHaveLength(7);
    passes(5_000);
    await Promise.all(waiting);
  });

  it('is not acknowledged where the window ends after the deadline: the sender comes again', async () => {
    const { deliver } = setUp({ deliveryDeadlineMs: 20 });
    await expect(deliver(toggles)).rejects.toMatchObject({ code: 'OVERLOADED' });
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

  it('starts no run again that has ended meanwhile, for as long as Alertmanager repeats it and once more', async () => {
    const { intake, clock, deliver } = await cutShort();
    intake.running.clear();
    clock.nowMs += 600_000;
    expect(await deliver(alerts(5))).toMatchObject({ accepted: 3, duplicates: 2 });
  });

  it('is forgotten after a quarter of an hour', async () => {
    const { intake, clock, deliver } = await cutShort();
    intake.running.clear();
    clock.nowMs += 900_001;
    expect(await deliver(alerts(5))).toMatchObject({ accepted: 5 });
  });

  it('does not hold back another episode of the same alert', async () => {
    const { deliver } = await cutShort();
    expect(await deliver([alert(0, { startsAt: '2026-03-01T10:30:00Z' })])).toMatchObject({ duplicates: 1 });
  });
});

describe('a delivery whose sender waited for no answer', () => {
  it('is remembered as one that was cut short: its repeat starts no run again that has ended', async () => {
    const { intake, clock, deliver } = setUp();
    await deliver(alerts(3), { isAwaited: () => false });
    intake.running.clear();
    clock.nowMs += 60_000;
    expect(await deliver(alerts(3))).toMatchObject({ accepted: 0, duplicates: 3 });
    clock.nowMs += 60_000;
    expect(await deliver(alerts(3))).toMatchObject({ accepted: 3 });
  });
});

describe('a delivery of which something else could not be done', () => {
  const gone = () => Promise.reject(new MendflowError('TEMPORAL_UNAVAILABLE', 'gone'));

  it('has handed over every alert, and starts no run again that has ended when it is repeated', async () => {
    const { intake, clock, deliver } = setUp();
    await expect(deliver(alerts(3), { others: gone() })).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
    expect(intake.starts).toHaveLength(3);
    intake.running.clear();
    clock.nowMs += 60_000;
    expect(await deliver(alerts(3))).toMatchObject({ accepted: 0, duplicates: 3 });
  });

  it('is answered within the deadline where that takes longer', async () => {
    const { deliver } = setUp({ deliveryDeadlineMs: 20 });
    await expect(deliver(alerts(3), { others: new Promise(() => {}) })).rejects.toMatchObject({ code: 'OVERLOADED' });
  });

  it('is remembered where its sender has gone by the time that it is done', async () => {
    const { intake, clock, deliver } = setUp();
    let isAwaited = true;
    const others = new Promise((resolve) => setImmediate(resolve)).then(() => {
      isAwaited = false;
    });
    await deliver(alerts(3), { isAwaited: () => isAwaited, others });
    intake.running.clear();
    clock.nowMs += 60_000;
    expect(await deliver(alerts(3))).toMatchObject({ accepted: 0, duplicates: 3 });
  });
});
