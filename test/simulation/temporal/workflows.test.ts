import { describe, expect, it } from '@jest/globals';
import {
  ApplicationFailure,
  allHandlersFinished,
  CancellationScope,
  condition,
  continueAsNew,
  defineQuery,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  isCancellation,
  proxySinks,
  setCurrentDetails,
  setDefaultSignalHandler,
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

describe('signals', () => {
  it('that came before anybody listens are kept, in order', async () => {
    const bench = openServer(async () => {
      await sleep('10s');
      const heard: string[] = [];
      setHandler(word, (text) => {
        heard.push(text);
      });
      return heard;
    });
    bench.server.signalWithStart(
      'main',
      { workflowId: 'w', taskQueue: 'queue', args: [] },
      { name: 'word', args: ['a'] },
    );
    void bench.server.signal('w', 'word', 'b');
    await bench.pass(seconds(20));
    expect(bench.result()).toEqual(['a', 'b']);
  });

  it('without a handler go to the one for all others', async () => {
    const bench = openServer(async () => {
      const heard: unknown[] = [];
      setDefaultSignalHandler((...said) => {
        heard.push(said);
      });
      await sleep('1s');
      return heard;
    });
    bench.start();
    void bench.server.signal('w', 'odd', 1, 2);
    await bench.pass(seconds(2));
    expect(bench.result()).toEqual([['odd', 1, 2]]);
  });

  it('with a start join the run that is there, and begin another one after it has ended', async () => {
    const bench = openServer(async () => {
      let words = 0;
      setHandler(word, () => {
        words += 1;
      });
      await sleep('10s');
      return words;
    });
    const options = { workflowId: 'w', taskQueue: 'queue', args: [] };
    const knock = () => bench.server.signalWithStart('main', options, { name: 'word', args: [''] });
    knock();
    knock();
    await bench.pass(seconds(20));
    expect(bench.result()).toBe(2);
    knock();
    await bench.pass(seconds(20));
    expect(bench.server.executions.map(({ result }) => result)).toEqual([2, 1]);
    expect(new Set(bench.server.executions.map(({ runId }) => runId)).size).toBe(2);
  });

  it('to a run that has ended are refused, by the sender’s own process and by another workflow', async () => {
    const bench = openServer(async (target: string, runId?: string) => {
      try {
        await getExternalWorkflowHandle(target, runId).signal(word, 'hello');
        return 'heard';
      } catch (error) {
        return (error as Error).name;
      }
    });
    bench.start('w', 'another-run');
    await bench.pass(1);
    expect(bench.result()).toBe('WorkflowNotFound');
    const refused = expect(bench.server.signal('w', 'word', 'x')).rejects.toMatchObject({ name: 'WorkflowNotFound' });
    await bench.pass(1);
    await refused;
  });

  it('arrive in the order that the weather makes', async () => {
    let latencyMs = 100;
    const weather = { latencyMs: () => (latencyMs -= 10), losesResultOf: () => false };
    const bench = openServer(
      async () => {
        const heard: string[] = [];
        setHandler(word, (text) => {
          heard.push(text);
        });
        await sleep('10s');
        return heard;
      },
      {},
      { weather },
    );
    bench.start();
    await bench.pass(90);
    for (const text of ['a', 'b', 'c']) void bench.server.signal('w', 'word', text);
    await bench.pass(seconds(20));
    expect(bench.result()).toEqual(['c', 'b', 'a']);
  });
});

describe('updates', () => {
  const book = defineUpdate<number, [number]>('book');
  const open = () =>
    openServer(async () => {
      let sum = 0;
      setHandler(
        book,
        async (count) => {
          await sleep('2s');
          sum += count;
          return sum;
        },
        {
          validator: (count) => {
            if (count < 0) throw ApplicationFailure.create({ type: 'TOO_FEW', message: 'too few' });
          },
        },
      );
      await condition(() => sum >= 5 && allHandlersFinished());
      return sum;
    });

  it('answer with what the handler returns, and are refused by the validator', async () => {
    const bench = open();
    bench.start();
    const taken = expect(bench.server.update('w', 'book', [5])).resolves.toBe(5);
    const refused = expect(bench.server.update('w', 'book', [-1])).rejects.toMatchObject({ type: 'TOO_FEW' });
    await bench.pass(seconds(5));
    await Promise.all([taken, refused]);
    expect(bench.result()).toBe(5);
  });

  it('that nobody knows, or to nobody, are refused', async () => {
    const bench = open();
    bench.start();
    const unknown = expect(bench.server.update('w', 'other')).rejects.toThrow('has no update other');
    const nobody = expect(bench.server.update('x', 'book')).rejects.toMatchObject({ name: 'WorkflowNotFound' });
    await bench.pass(seconds(5));
    await Promise.all([unknown, nobody]);
  });
});

describe('queries', () => {
  it('show a copy of what the workflow has now, and still after its end', async () => {
    const state = { words: ['a'] };
    const bench = openServer(async () => {
      setHandler(defineQuery<typeof state>('state'), () => state);
      await sleep('1s');
    });
    bench.start();
    await bench.pass(1);
    const shown = bench.server.query('w', 'state') as typeof state;
    shown.words.push('b');
    expect(state.words).toEqual(['a']);
    await bench.pass(seconds(2));
    expect(bench.server.query('w', 'state')).toEqual({ words: ['a'] });
    expect(() => bench.server.query('x', 'state')).toThrow('workflow not found for ID: x');
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
    expect(bench.result()).toEqual({ turns: 12, events: 64 });
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
