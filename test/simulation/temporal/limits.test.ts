import { describe, expect, it } from '@jest/globals';
import { condition, defineSignal, defineUpdate, proxyActivities, setHandler, sleep } from '@temporalio/workflow';
import { openServer } from '../support/open-server.ts';

const seconds = (count: number) => count * 1_000;
const word = defineSignal<[number]>('word');
const ask = defineUpdate<number, [number]>('ask');

/** What came of each, in order: a result or the words of a refusal. */
const settled = async (all: Promise<unknown>[]) =>
  (await Promise.allSettled(all)).map((one) => (one.status === 'fulfilled' ? one.value : String(one.reason)));

describe('a run of the simulated Temporal, as one of a real server', () => {
  it('hears 10,000 signals; the next one is refused', async () => {
    let heard = 0;
    const bench = openServer(async () => {
      setHandler(word, () => {
        heard += 1;
      });
      await condition(() => false);
    });
    bench.start();
    await bench.pass(seconds(1));
    const sent = Promise.allSettled(Array.from({ length: 10_001 }, (_, n) => bench.server.signal('w', 'word', n)));
    await bench.pass(seconds(1));
    const refused = (await sent).flatMap((one, n) => (one.status === 'rejected' ? [[n, String(one.reason)]] : []));
    expect(refused).toEqual([[10_000, 'Error: exceeded workflow execution limit for signal events']]);
    expect(heard).toBe(10_000);
  });

  it('answers 2,000 updates; the next one is refused', async () => {
    const bench = openServer(async () => {
      setHandler(ask, (n) => n);
      await condition(() => false);
    });
    bench.start();
    for (let n = 0; n < 2_000; n += 10) {
      const asked = settled(Array.from({ length: 10 }, (_, index) => bench.server.update('w', 'ask', [n + index])));
      await bench.pass(seconds(1));
      expect((await asked)[9]).toBe(n + 9);
    }
    const last = settled([bench.server.update('w', 'ask', [2_000])]);
    await bench.pass(seconds(1));
    expect(await last).toEqual([expect.stringContaining('limit on number of')]);
  });

  it('has ten updates open at once; the eleventh is refused, and taken when one is answered', async () => {
    const bench = openServer(async () => {
      setHandler(ask, async (n) => {
        await sleep(seconds(n));
        return n;
      });
      await condition(() => false);
    });
    bench.start();
    const first = settled(Array.from({ length: 11 }, (_, n) => bench.server.update('w', 'ask', [10 + n])));
    await bench.pass(seconds(10) + 500);
    const next = settled([bench.server.update('w', 'ask', [1])]);
    await bench.pass(seconds(30));
    expect((await first).slice(0, 10)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    expect((await first)[10]).toContain('limit on number of concurrent in-flight updates');
    expect(await next).toEqual([1]);
  });

  it('is terminated with 51,200 events', async () => {
    const bench = openServer(async () => {
      for (;;) await sleep('1s');
    });
    bench.start();
    await bench.pass(seconds(9_000));
    expect(bench.server.find('w')?.status).toBe('running');
    await bench.pass(seconds(3_000));
    const run = bench.server.find('w');
    expect([run?.status, (run?.historyLength ?? 0) - 51_200 < 10]).toEqual(['terminated', true]);
  });
});

describe('a run of the simulated Temporal whose worker crashed', () => {
  const act = async () => 'done';

  it('goes on from its record, and does nothing again', async () => {
    let acts = 0;
    const bench = openServer(
      async () => {
        const { work } = proxyActivities<{ work(): Promise<string> }>({ startToCloseTimeout: '1m' });
        const done = await work();
        await sleep('1m');
        return done;
      },
      {
        work: () => {
          acts += 1;
          return act();
        },
      },
    );
    bench.start();
    await bench.pass(seconds(10));
    bench.server.crash('queue', seconds(5));
    await bench.pass(seconds(90));
    expect([bench.result(), acts]).toEqual(['done', 1]);
  });

  it('stops the time where its code asks for something else than before', async () => {
    let isAgain = false;
    const bench = openServer(
      async () => {
        const wait = isAgain ? '30s' : '1m';
        isAgain = true;
        if (wait === '1m') await sleep(wait);
        else await proxyActivities<{ act(): Promise<string> }>({ startToCloseTimeout: '1m' }).act();
      },
      { act },
    );
    bench.start();
    await bench.pass(seconds(10));
    bench.server.crash('queue', seconds(5));
    await expect(bench.pass(seconds(90))).rejects.toThrow(/^main w is not deterministic: first .*; again .*/);
  });
});
