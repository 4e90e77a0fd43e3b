import { describe, expect, it } from '@jest/globals';
import {
  ApplicationFailure,
  allHandlersFinished,
  condition,
  defineQuery,
  defineSignal,
  defineUpdate,
  getExternalWorkflowHandle,
  setDefaultSignalHandler,
  setHandler,
  sleep,
} from '@temporalio/workflow';
import { openServer } from '../support/open-server.ts';

const seconds = (count: number) => count * 1_000;
const word = defineSignal<[string]>('word');

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

  it('arrive in the order of their injected delays', async () => {
    let latencyMs = 100;
    const faultInjection = { latencyMs: () => (latencyMs -= 10), losesResultOf: () => false };
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
      { faultInjection },
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
    const unknown = expect(bench.server.update('w', 'other')).rejects.toThrow(
      'No registered handler for update: other',
    );
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
