import { describe, expect, it } from '@jest/globals';
import { activityInfo } from '@temporalio/activity';
import {
  continueAsNew,
  ParentClosePolicy,
  patched,
  proxyActivities,
  proxyLocalActivities,
  sleep,
  startChild,
  uuid4,
  workflowInfo,
} from '@temporalio/workflow';
import { Clock } from '../../../simulation/temporal/clock.ts';
import { Server } from '../../../simulation/temporal/server.ts';
import { openServer, startMs } from '../support/open-server.ts';

const seconds = (count: number) => count * 1_000;

/** A server with a parent that starts `child` under id `c`, and ends after a second. */
function family(parentClosePolicy?: 'ABANDON' | 'TERMINATE') {
  const clock = new Clock(startMs);
  const parent = async () => {
    const options = { workflowId: 'c', args: ['Ada'], ...(parentClosePolicy && { parentClosePolicy }) };
    const answer = await startChild('child', options).then(
      ({ workflowId, firstExecutionRunId }) => ({ workflowId, firstExecutionRunId }),
      (error: Error) => error.name,
    );
    await sleep('1s');
    return answer;
  };
  const child = async (name: string) => {
    await sleep('10s');
    return `hello ${name}`;
  };
  const server = new Server({ clock, workflows: { parent, child }, activities: () => undefined });
  server.start('parent', { workflowId: 'p', taskQueue: 'queue', args: [] });
  return { server, pass: (ms: number) => clock.runUntil(clock.nowMs + ms) };
}

describe('a child', () => {
  it('that is abandoned outlives its parent', async () => {
    const { server, pass } = family(ParentClosePolicy.ABANDON);
    await pass(seconds(20));
    expect(server.find('p')).toMatchObject({
      status: 'completed',
      result: { workflowId: 'c', firstExecutionRunId: server.find('c')?.runId },
    });
    expect(server.find('c')).toMatchObject({ status: 'completed', result: 'hello Ada', taskQueue: 'queue' });
  });

  it('ends with its parent where nothing else is said', async () => {
    const { server, pass } = family();
    await pass(seconds(20));
    expect(server.find('c')?.status).toBe('terminated');
  });

  it('is refused where one of its id runs', async () => {
    const { server, pass } = family('ABANDON');
    server.start('child', { workflowId: 'c', taskQueue: 'queue', args: ['Bo'] });
    server.start('parent', { workflowId: 'q', taskQueue: 'queue', args: [] });
    await pass(seconds(2));
    expect(server.find('q')?.result).toBe('WorkflowExecutionAlreadyStartedError');
  });
});

describe('what a workflow knows of itself', () => {
  it('is the first run of its chain, in every run that continues it', async () => {
    const bench = openServer(async (turn: number): Promise<unknown> => {
      if (turn < 3) await continueAsNew(turn + 1);
      const { runId, firstExecutionRunId } = workflowInfo();
      return { runId, firstExecutionRunId };
    });
    bench.start(1);
    await bench.pass(1);
    expect(bench.result()).toEqual({ runId: 'run-3', firstExecutionRunId: 'run-1' });
  });

  it('is that every patch applies, and that its random numbers differ', async () => {
    const bench = openServer(async () => [patched('p'), uuid4(), uuid4()]);
    bench.start();
    await bench.pass(1);
    const [isPatched, one, other] = bench.result() as [boolean, string, string];
    expect(isPatched).toBe(true);
    expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(other).not.toBe(one);
  });
});

describe('what an activity knows of itself', () => {
  it.each([
    [false, proxyActivities],
    [true, proxyLocalActivities as typeof proxyActivities],
  ])('is that it is local: %s, its workflow and when it was asked for', async (isLocal, call) => {
    const bench = openServer(
      async () => {
        await sleep('5s');
        return call<{ work(): Promise<unknown> }>({ startToCloseTimeout: '10s' }).work();
      },
      { work: async () => ({ ...activityInfo() }) },
    );
    bench.start();
    await bench.pass(seconds(6));
    expect(bench.result()).toMatchObject({
      isLocal,
      workflowType: 'main',
      scheduledTimestampMs: startMs + seconds(5),
      currentAttemptScheduledTimestampMs: startMs + seconds(5),
    });
  });
});
