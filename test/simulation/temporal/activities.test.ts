import { describe, expect, it } from '@jest/globals';
import { ApplicationFailure, Context, heartbeat } from '@temporalio/activity';
import {
  ActivityCancellationType,
  ActivityFailure,
  CancellationScope,
  isCancellation,
  proxyActivities,
  proxyLocalActivities,
  sleep,
} from '@temporalio/workflow';
import { openServer, startMs } from '../support/open-server.ts';

interface Work {
  work(input?: unknown): Promise<unknown>;
}
const seconds = (count: number) => count * 1_000;
const fails = (options: object = {}) => ApplicationFailure.create({ type: 'BROKEN', message: 'broken', ...options });

/** A workflow that calls `work` once and gives back what came of it. */
const callOnce =
  (options: object, call = proxyActivities) =>
  async (input: unknown) => {
    try {
      return await call<Work>({ startToCloseTimeout: '10s', ...options }).work(input);
    } catch (error) {
      const { cause, retryState } = error as ActivityFailure;
      const { type, timeoutType } = cause as { type?: string; timeoutType?: string };
      return { failure: error instanceof ActivityFailure, cause: cause?.name, retryState, word: type ?? timeoutType };
    }
  };

describe.each([
  ['an activity', proxyActivities],
  ['a local activity', proxyLocalActivities as typeof proxyActivities],
])('%s', (_, call) => {
  it('gets a copy of its input and gives back a copy of its result', async () => {
    const given = { list: [1] };
    const kept: unknown[] = [];
    const bench = openServer(callOnce({}, call), {
      work: async (input: { list: number[] }) => {
        kept.push(input);
        input.list.push(2);
        return input;
      },
    });
    bench.start(given);
    await bench.pass(1);
    expect(bench.result()).toEqual({ list: [1, 2] });
    expect(given).toEqual({ list: [1] });
    expect(bench.result()).not.toBe(kept[0]);
  });

  it('is tried again after 1, 2, 4 s and at most the longest interval, until it succeeds', async () => {
    const triedAt: number[] = [];
    const bench = openServer(callOnce({ retry: { maximumInterval: '3s' } }, call), {
      work: async () => {
        triedAt.push(Date.now() - startMs);
        if (triedAt.length < 5) throw fails();
        return Context.current().info.attempt;
      },
    });
    bench.start();
    await bench.pass(seconds(60));
    expect(triedAt).toEqual([0, 1_000, 3_000, 6_000, 9_000]);
    expect(bench.result()).toBe(5);
  });

  it('waits as long as the failure says before it is tried again', async () => {
    const triedAt: number[] = [];
    const bench = openServer(callOnce({}, call), {
      work: async () => {
        triedAt.push(Date.now() - startMs);
        if (triedAt.length === 1) throw fails({ nextRetryDelay: 7_000 });
      },
    });
    bench.start();
    await bench.pass(seconds(60));
    expect(triedAt).toEqual([0, 7_000]);
  });

  it.each([
    ['is marked so', {}, { nonRetryable: true }, 'NON_RETRYABLE_FAILURE'],
    [
      'is of a type that the policy names',
      { retry: { nonRetryableErrorTypes: ['BROKEN'] } },
      {},
      'NON_RETRYABLE_FAILURE',
    ],
    ['has used its attempts', { retry: { maximumAttempts: 2 } }, {}, 'MAXIMUM_ATTEMPTS_REACHED'],
    ['has no time left for another attempt', { scheduleToCloseTimeout: '2s' }, {}, 'TIMEOUT'],
  ])('is not tried again when the failure %s', async (_, options, failure, retryState) => {
    const bench = openServer(callOnce(options, call), {
      work: async () => {
        throw fails(failure);
      },
    });
    bench.start();
    await bench.pass(seconds(60));
    expect(bench.result()).toEqual({ failure: true, cause: 'ApplicationFailure', retryState, word: 'BROKEN' });
  });

  it('that takes too long is missed and tried again, and what it still says is not heard', async () => {
    let tries = 0;
    const bench = openServer(callOnce({}, call), {
      work: async () => {
        tries += 1;
        if (tries === 1) await Context.current().sleep(seconds(15));
        return tries;
      },
    });
    bench.start();
    await bench.pass(seconds(12));
    expect(bench.result()).toBe(2);
    await bench.pass(seconds(10));
    expect(bench.result()).toBe(2);
  });

  it('whose result is lost runs again', async () => {
    let runs = 0;
    const faultInjection = { latencyMs: () => 0, losesResultOf: () => runs === 1 };
    const work = async () => {
      runs += 1;
      return runs;
    };
    const bench = openServer(callOnce({}, call), { work }, { faultInjection });
    bench.start();
    await bench.pass(seconds(30));
    expect(bench.result()).toBe(2);
  });

  it('whose worker dies runs again when a worker is back', async () => {
    let runs = 0;
    const work = async () => {
      runs += 1;
      if (runs === 1) await Context.current().sleep(seconds(5));
      return Date.now() - startMs;
    };
    const bench = openServer(callOnce({}, call), { work });
    bench.start();
    await bench.pass(seconds(1));
    bench.server.crash('queue', seconds(20));
    await bench.pass(seconds(60));
    expect(runs).toBe(2);
    expect(bench.result()).toBeGreaterThanOrEqual(seconds(21));
  });

  it('has the virtual time, and everybody else the real one', async () => {
    const bench = openServer(callOnce({}, call), { work: async () => Date.now() });
    bench.start();
    await bench.pass(1);
    expect(bench.result()).toBe(startMs);
    expect(Date.now()).not.toBe(startMs);
  });
});

describe('an activity that says it lives', () => {
  it('is missed soon after its last word, and the next attempt knows that word', async () => {
    const bench = openServer(callOnce({ startToCloseTimeout: '1h', heartbeatTimeout: '10s' }), {
      work: async () => {
        const context = Context.current();
        if (context.info.attempt === 2) return { at: Date.now() - startMs, word: context.info.heartbeatDetails };
        for (let turn = 0; turn < 5; turn++) {
          await context.sleep(seconds(4));
          heartbeat({ turn });
        }
        await context.sleep(seconds(600));
      },
    });
    bench.start();
    await bench.pass(seconds(60));
    expect(bench.result()).toEqual({ at: seconds(31), word: { turn: 4 } });
  });

  it('ends with the timeout’s name when it may not be tried again', async () => {
    const options = { startToCloseTimeout: '1h', heartbeatTimeout: '10s', retry: { maximumAttempts: 1 } };
    const bench = openServer(callOnce(options), { work: () => Context.current().sleep(seconds(100)) });
    bench.start();
    await bench.pass(seconds(60));
    expect(bench.result()).toMatchObject({ cause: 'TimeoutFailure', word: 'HEARTBEAT' });
  });
});

describe('an activity that nobody takes', () => {
  it('ends with SCHEDULE_TO_CLOSE when its time is over', async () => {
    const bench = openServer(callOnce({ taskQueue: 'elsewhere', scheduleToCloseTimeout: '5m' }));
    bench.server.crash('elsewhere', seconds(3_600));
    bench.start();
    await bench.pass(seconds(301));
    expect(bench.result()).toMatchObject({ cause: 'TimeoutFailure', word: 'SCHEDULE_TO_CLOSE' });
  });
});

describe('cancelling', () => {
  /** Cancels `work` after 5 s; says when and how it ended. */
  const cancelled = (cancellationType: ActivityCancellationType) => async () => {
    const options = { startToCloseTimeout: '1h', heartbeatTimeout: '10s', cancellationType };
    const scope = new CancellationScope();
    const done = scope
      .run(() => proxyActivities<Work>(options).work())
      .then(
        (value) => ({ at: Date.now() - startMs, value }),
        (error: unknown) => ({ at: Date.now() - startMs, isCancellation: isCancellation(error) }),
      );
    await sleep('5s');
    scope.cancel();
    return done;
  };
  const beating = async () => {
    for (;;) {
      await Context.current().sleep(seconds(3));
      heartbeat();
    }
  };

  it('waits until the activity has heard of it by its heartbeat and stopped', async () => {
    const bench = openServer(cancelled(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED), { work: beating });
    bench.start();
    await bench.pass(seconds(60));
    expect(bench.result()).toEqual({ at: seconds(6), isCancellation: true });
  });

  it('takes the result of an activity that never asks', async () => {
    const work = async () => {
      await new Promise((resolve) => setTimeout(resolve, seconds(8)));
      return 'done';
    };
    const bench = openServer(cancelled(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED), { work });
    bench.start();
    await bench.pass(seconds(60));
    expect(bench.result()).toEqual({ at: seconds(8), value: 'done' });
  });

  it('does not wait where the workflow does not want to', async () => {
    const bench = openServer(cancelled(ActivityCancellationType.TRY_CANCEL), { work: beating });
    bench.start();
    await bench.pass(seconds(60));
    expect(bench.result()).toEqual({ at: seconds(5), isCancellation: true });
  });

  it('ends an activity that waits for its next attempt', async () => {
    const work = async () => {
      throw fails({ nextRetryDelay: seconds(600) });
    };
    const bench = openServer(cancelled(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED), { work });
    bench.start();
    await bench.pass(seconds(60));
    expect(bench.result()).toEqual({ at: seconds(5), isCancellation: true });
  });

  it('aborts the signal of an attempt', async () => {
    let reason: unknown;
    const work = async () => {
      const { cancellationSignal } = Context.current();
      while (!cancellationSignal.aborted) {
        heartbeat();
        await new Promise((resolve) => setTimeout(resolve, seconds(1)));
      }
      reason = cancellationSignal.reason;
      cancellationSignal.throwIfAborted();
    };
    const bench = openServer(cancelled(ActivityCancellationType.WAIT_CANCELLATION_COMPLETED), { work });
    bench.start();
    await bench.pass(seconds(60));
    expect(bench.result()).toEqual({ at: seconds(7), isCancellation: true });
    expect(reason).toMatchObject({ name: 'CancelledFailure' });
  });
});
