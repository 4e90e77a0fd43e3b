import { beforeEach, describe, expect, it } from '@jest/globals';
import { ApplicationFailure } from '@temporalio/common';
import { condition, defineQuery, defineUpdate, setHandler } from '@temporalio/workflow';
import { guardConnection } from '../../../activities/guard/client.ts';
import type { Recollection } from '../../../domain/guard/recall.ts';
import { emptyGuardState, type GuardState } from '../../../domain/guard/state.ts';
import { guardTaskQueue } from '../../../domain/run/contract.ts';
import { simulatedClient } from '../../../simulation/temporal/client.ts';
import { Clock } from '../../../simulation/temporal/clock.ts';
import { executionContexts } from '../../../simulation/temporal/execution-context.ts';
import { Server } from '../../../simulation/temporal/server.ts';

const clock0 = Date.parse('2026-03-01T10:00:00Z');
const guardId = 'guard/north';

/** Answers as a guard does; a request with the id `slow` is never answered, `bad` is refused. */
async function guard(state: GuardState): Promise<void> {
  setHandler(defineQuery<GuardState>('state'), () => state);
  setHandler(defineQuery<Recollection>('recall'), () => ({ isRestored: true, state }));
  setHandler(defineUpdate<unknown, [{ requestId: string }[]]>('decide'), async ([request]) => {
    if (request?.requestId === 'bad') throw ApplicationFailure.nonRetryable('refused');
    await condition(() => request?.requestId !== 'slow');
    return [];
  });
  await condition(() => false);
}

let clock: Clock;
let server: Server;
let isAlive: boolean;
beforeEach(() => {
  clock = new Clock(clock0);
  server = new Server({ clock, workflows: { guard }, activities: () => ({}) });
  isAlive = true;
});

const start = (state = emptyGuardState()) =>
  server.start('guard', { workflowId: guardId, taskQueue: guardTaskQueue, args: [state] });

type Settled = { value: unknown } | { code: string; message: string } | 'open';

/** What the guard's connection gives within the time, as a process calls it in virtual time. */
async function within(ms: number, call: (guards: ReturnType<typeof guardConnection>) => Promise<unknown>) {
  let settled: Settled = 'open';
  const context = {
    clock,
    isDead: false,
    get nowMs() {
      return clock.nowMs;
    },
  };
  clock.after(0, () =>
    executionContexts.run(context, () => {
      const guards = guardConnection(simulatedClient(server, () => isAlive));
      call(guards).then(
        (value) => {
          settled = { value };
        },
        ({ code, message }) => {
          settled = { code, message };
        },
      );
    }),
  );
  await clock.runUntil(clock.nowMs + ms);
  return settled as Settled;
}

const ask = (requestId: string) => (guards: ReturnType<typeof guardConnection>) =>
  guards.decide('north', [{ requestId }] as unknown as Parameters<typeof guards.decide>[1]);

describe('the guard’s connection on the simulated Temporal', () => {
  it('is answered by a guard that runs', async () => {
    start();
    expect(await within(100, ask('a'))).toEqual({ value: [] });
    expect(await within(100, (guards) => guards.state('north'))).toEqual({ value: emptyGuardState() });
  });

  it('says that a guard does not run, in the words of the real one', async () => {
    const message = 'no answer from guard/north: it does not run';
    expect(await within(100, ask('a'))).toEqual({ code: 'TEMPORAL_UNAVAILABLE', message });
    const state = await within(100, (guards) => guards.state('north'));
    expect(state).toMatchObject({ message: 'could not read the state of guard/north: it does not run' });
  });

  it('gives up after the deadline of the real one', async () => {
    start();
    expect(await within(2_999, ask('slow'))).toBe('open');
    const message = 'no answer from guard/north: no answer within 3000 ms';
    expect(await within(3_000, ask('slow'))).toEqual({ code: 'TEMPORAL_UNAVAILABLE', message });
  });

  it('says that the guard refused the update', async () => {
    start();
    expect(await within(100, ask('bad'))).toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  });

  it('reads no state while the guard’s worker is down', async () => {
    start();
    await clock.runUntil(clock0 + 10);
    server.crash(guardTaskQueue, 1_000);
    expect(await within(999, (guards) => guards.state('north'))).toBe('open');
  });

  it('finds the memory of the run before', async () => {
    start({ ...emptyGuardState(), acts: [] });
    await clock.runUntil(clock0 + 10);
    server.terminate(guardId);
    start();
    const recalled = await within(100, (guards) => guards.recall('north', 'run-2'));
    expect(recalled).toMatchObject({ value: { kind: 'found', runId: 'run-1' } });
  });

  it('lets nothing of a process that died reach anybody', async () => {
    start();
    isAlive = false;
    expect(await within(10_000, ask('a'))).toBe('open');
  });
});
