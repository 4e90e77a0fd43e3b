import { describe, expect, it } from '@jest/globals';
import type { Batch } from '../../../bench/storm/batches.ts';
import { deliver, deliverAll } from '../../../bench/storm/sender.ts';
import type { Answer } from '../../../bench/webhook.ts';

const batch: Batch = { alerts: [], body: 'a body', dueMs: 0 };

/** A receiver that gives these answers in turn, the last one for ever, and a clock that moves by pauses only. */
function scripted(...answers: (Answer | Error)[]) {
  const [pauses, bodies]: [number[], string[]] = [[], []];
  let nowMs = 1_000;
  return {
    ...{ pauses, bodies, now: () => nowMs },
    async pause(ms: number) {
      pauses.push(ms);
      nowMs += ms;
    },
    async post(body: string) {
      const answer = answers[Math.min(bodies.length, answers.length - 1)] ?? { status: 500 };
      bodies.push(body);
      if (answer instanceof Error) throw answer;
      return answer;
    },
  };
}

const statusesOf = ({ attempts }: Awaited<ReturnType<typeof deliver>>) => attempts.map(({ status }) => status);

describe('the sender', () => {
  it('delivers once what is taken at once', async () => {
    const deps = scripted({ status: 202 });
    expect(await deliver(batch, deps, 60_000)).toMatchObject({ fate: 'held', attempts: [{ status: 202 }] });
    expect(deps.bodies).toEqual(['a body']);
  });

  it('repeats after 5xx and after silence, each time waiting half as long again', async () => {
    const deps = scripted({ status: 503 }, new Error('reset'), { status: 500 }, { status: 202 });
    const delivery = await deliver(batch, deps, 60_000);
    expect(delivery.fate).toBe('held');
    expect(statusesOf(delivery)).toEqual([503, 0, 500, 202]);
    expect(deps.pauses).toEqual([500, 750, 1_125]);
  });

  it('does not come before Retry-After', async () => {
    const deps = scripted({ status: 503, retryAfterMs: 5_000 }, { status: 202 });
    await deliver(batch, deps, 60_000);
    expect(deps.pauses).toEqual([5_000]);
  });

  it('keeps the code of a refusal', async () => {
    const deps = scripted({ status: 503, code: 'OVERLOADED' }, { status: 202 });
    expect((await deliver(batch, deps, 60_000)).attempts[0]).toMatchObject({ code: 'OVERLOADED' });
  });

  it.each([301, 400, 413, 429])('never repeats after %d, as Alertmanager does not', async (status) => {
    const delivery = await deliver(batch, scripted({ status }), 60_000);
    expect(delivery.fate).toBe('dropped');
    expect(statusesOf(delivery)).toEqual([status]);
  });

  it('gives up when its time is over', async () => {
    const deps = scripted({ status: 503 });
    expect((await deliver(batch, deps, 10_000)).fate).toBe('givenUp');
    expect(deps.now()).toBeLessThanOrEqual(11_000);
  });

  it('begins with each batch when it is due', async () => {
    const deps = scripted({ status: 202 });
    const fates: string[] = [];
    const onHeld = ({ fate }: { fate: string }) => fates.push(fate);
    const batches = [batch, { ...batch, dueMs: 300 }];
    expect(await deliverAll(batches, deps, { limitMs: 1_000, onHeld })).toHaveLength(2);
    expect(deps.pauses).toEqual([0, 300]);
    expect(fates).toEqual(['held', 'held']);
  });
});
