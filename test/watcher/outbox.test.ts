import { describe, expect, it } from '@jest/globals';
import { eventually } from '../../sandbox/process.ts';
import type { Posted } from '../../watcher/intake.ts';
import { openOutbox } from '../../watcher/outbox.ts';
import type { WatchedAlert } from '../../watcher/watched-alert.ts';

const alert = (name: string, status: 'firing' | 'resolved' = 'firing'): WatchedAlert => ({
  ...{ status, labels: { alertname: name }, annotations: {}, startsAt: '', endsAt: '', generatorURL: '' },
  fingerprint: name,
});
const taken: Posted = { result: 'taken' };
const putOff: Posted = { result: 'putOff', detail: '503' };

/** An outbox whose intake answers so, in this order, and then takes everything; deliveries as `a firing`. */
function anOutbox(answers: (Posted | Promise<Posted>)[]) {
  const deliveries: string[][] = [];
  const waits: number[] = [];
  const outbox = openOutbox({
    post: async (alerts) => {
      deliveries.push(alerts.map(({ fingerprint, status }) => `${fingerprint} ${status}`));
      return answers.shift() ?? taken;
    },
    tried: (_, waiting) => waits.push(waiting),
    pace: { firstWaitMs: 1, longestWaitMs: 8 },
  });
  const until = async (count: number) => {
    await eventually(async () => deliveries.length >= count && waits.length >= count, 5_000);
    return deliveries;
  };
  const begun = () => eventually(async () => deliveries.length > 0, 5_000);
  return { outbox, until, begun, waits };
}

describe('the outbox', () => {
  it('delivers what is put in one go as one delivery', async () => {
    const { outbox, until } = anOutbox([]);
    for (const name of ['a', 'b', 'c']) outbox.put(alert(name));
    expect(await until(1)).toEqual([['a firing', 'b firing', 'c firing']]);
    await outbox.close();
  });

  it('tries again until the intake has taken it', async () => {
    const { outbox, until, waits } = anOutbox([putOff, putOff, { result: 'refused', detail: '401' }]);
    outbox.put(alert('a'));
    expect(await until(4)).toEqual([['a firing'], ['a firing'], ['a firing'], ['a firing']]);
    expect(waits).toEqual([1, 1, 1, 0]);
    await outbox.close();
  });

  it('delivers the newest state in place of one that waits', async () => {
    const answer = Promise.withResolvers<Posted>();
    const { outbox, until, begun } = anOutbox([answer.promise]);
    outbox.put(alert('a'));
    await begun();
    outbox.put(alert('a', 'resolved'));
    answer.resolve(putOff);
    expect(await until(2)).toEqual([['a firing'], ['a resolved']]);
    await outbox.close();
  });

  it('delivers a state that came while an older one was on its way', async () => {
    const answer = Promise.withResolvers<Posted>();
    const { outbox, until, begun } = anOutbox([answer.promise]);
    outbox.put(alert('a'));
    await begun();
    outbox.put(alert('a', 'resolved'));
    answer.resolve(taken);
    expect(await until(2)).toEqual([['a firing'], ['a resolved']]);
    await outbox.close();
  });

  it('delivers many in portions', async () => {
    const { outbox, until } = anOutbox([]);
    for (let index = 0; index < 450; index += 1) outbox.put(alert(`a${index}`));
    expect((await until(3)).map(({ length }) => length)).toEqual([200, 200, 50]);
    await outbox.close();
  });

  it('stops trying when it is closed', async () => {
    const { outbox, until } = anOutbox(Array.from({ length: 1_000 }, () => putOff));
    outbox.put(alert('a'));
    await until(1);
    await outbox.close();
    expect((await until(0)).length).toBeLessThan(1_000);
  });
});
