import { describe, expect, it } from '@jest/globals';
import {
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  defineSignal,
  isCancellation,
  proxySinks,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import { openServer, startMs } from '../support/open-server.ts';

const seconds = (count: number) => count * 1_000;
const sinceStart = () => Date.now() - startMs;
const word = defineSignal<[string]>('word');

describe('time in a workflow', () => {
  it('passes while it sleeps and stands while it runs', async () => {
    const bench = openServer(async () => {
      const times = [sinceStart()];
      for (let turn = 0; turn < 3; turn++) {
        await sleep('1h');
        times.push(sinceStart());
      }
      return times;
    });
    bench.start();
    await bench.pass(seconds(3 * 3_600));
    expect(bench.result()).toEqual([0, 3_600_000, 7_200_000, 10_800_000]);
  });

  it('ends a condition to false when it is over, and to true at once when it holds', async () => {
    const bench = openServer(async () => {
      const heard: string[] = [];
      setHandler(word, (text) => {
        heard.push(text);
      });
      return [
        await condition(() => heard.length > 0, '10s'),
        sinceStart(),
        await condition(() => heard.length > 1, '10s'),
        sinceStart(),
      ];
    });
    bench.start();
    await bench.pass(seconds(4));
    void bench.server.signal('w', 'word', 'a');
    await bench.pass(seconds(60));
    expect(bench.result()).toEqual([true, seconds(4), false, seconds(14)]);
  });
});

describe('scopes', () => {
  it('interrupt what waits inside of them, and what is shielded goes on', async () => {
    const bench = openServer(async () => {
      const scope = new CancellationScope();
      const work = scope.run(async () => {
        try {
          await condition(() => false);
          return 'never';
        } catch (error) {
          await CancellationScope.nonCancellable(() => sleep('3s'));
          return [isCancellation(error), sinceStart()];
        }
      });
      await sleep('5s');
      scope.cancel();
      return work;
    });
    bench.start();
    await bench.pass(seconds(20));
    expect(bench.result()).toEqual([true, seconds(8)]);
  });

  it('that are cancelled let nothing begin', async () => {
    const bench = openServer(async () => {
      const scope = new CancellationScope();
      scope.cancel();
      return scope.run(async () => {
        const ends = await Promise.allSettled([
          sleep('1s'),
          condition(() => true),
          CancellationScope.cancellable(() => sleep(1)),
        ]);
        return ends.map(({ status }) => status);
      });
    });
    bench.start();
    await bench.pass(seconds(2));
    expect(bench.result()).toEqual(['rejected', 'rejected', 'rejected']);
  });

  it('all end when the workflow is cancelled', async () => {
    const bench = openServer(async () => {
      await new CancellationScope().run(() => sleep('1h'));
    });
    bench.start();
    await bench.pass(seconds(1));
    bench.server.cancel('w');
    await bench.pass(seconds(1));
    expect(bench.server.find('w')?.status).toBe('cancelled');
  });
});

describe('a run', () => {
  it('goes on as new with other arguments under the same id', async () => {
    const main = async (turn: number): Promise<string> => {
      await sleep('1s');
      if (turn < 3) await continueAsNew(turn + 1);
      return `turn ${turn} in ${workflowInfo().runId}`;
    };
    const bench = openServer(main);
    bench.start(1);
    await bench.pass(seconds(10));
    expect(bench.server.executions.map(({ status }) => status)).toEqual([
      'continuedAsNew',
      'continuedAsNew',
      'completed',
    ]);
    expect(bench.result()).toBe('turn 3 in run-3');
  });

  it('is told to go on as new when its history has grown long', async () => {
    const bench = openServer(
      async () => {
        let turns = 0;
        for (; !workflowInfo().continueAsNewSuggested; turns++) await sleep('1s');
        return { turns, events: workflowInfo().historyLength };
      },
      {},
      { eventsPerRun: 60 },
    );
    bench.start();
    await bench.pass(seconds(100));
    // A timer and the task after it cost five events.
    expect(bench.result()).toEqual({ turns: 12, events: 63 });
  });

  it('fails with a failure that it throws', async () => {
    const bench = openServer(async () => {
      throw ApplicationFailure.create({ message: 'no' });
    });
    bench.start();
    await bench.pass(1);
    expect(bench.server.find('w')).toMatchObject({ status: 'failed', failure: { message: 'no' } });
  });

  it('stops time with any other error, which Temporal would retry for ever', async () => {
    const bench = openServer(async () => {
      throw new TypeError('a bug');
    });
    bench.start();
    await expect(bench.pass(1)).rejects.toThrow('a bug');
  });

  it('hears nothing more once it is terminated', async () => {
    const heard: string[] = [];
    const bench = openServer(async () => {
      setHandler(word, (text) => {
        heard.push(text);
      });
      await sleep('1h');
      heard.push('end');
    });
    bench.start();
    await bench.pass(seconds(1));
    bench.server.terminate('w');
    const refused = expect(bench.server.signal('w', 'word', 'x')).rejects.toThrow('workflow not found');
    await bench.pass(seconds(4_000));
    await refused;
    expect(heard).toEqual([]);
  });

  it('waits while its worker is down and goes on where it stood', async () => {
    const bench = openServer(async () => {
      await sleep('10s');
      return sinceStart();
    });
    bench.start();
    await bench.pass(seconds(1));
    bench.server.crash('queue', seconds(60));
    await bench.pass(seconds(100));
    expect(bench.result()).toBe(seconds(61));
  });

  it('shows its attributes and details, and speaks to the sinks of its worker', async () => {
    const counted: unknown[] = [];
    const { meter } = proxySinks<{ meter: { count(what: string): void } }>();
    const bench = openServer(
      async () => {
        upsertSearchAttributes([{ key: { name: 'Phase', type: 'KEYWORD' }, value: 'Closed' } as never]);
        setCurrentDetails('# done');
        meter.count('one');
      },
      {},
      { sinks: { meter: { count: (what: string) => counted.push(what) } } },
    );
    bench.start();
    await bench.pass(1);
    expect(bench.server.find('w')).toMatchObject({ attributes: { Phase: 'Closed' }, details: '# done' });
    expect(counted).toEqual(['one']);
  });
});
