import { Client, Connection } from '@temporalio/client';
import { defaultGrpcRetryOptions, makeGrpcRetryInterceptor } from '@temporalio/client/lib/grpc-retry.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { resolveBinary } from '../../sandbox/binaries/index.ts';
import { silent } from '../../sandbox/progress.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { endReadings } from './ending-connection.ts';
import { type Poller, poll, registerSearchAttributes } from './workers.ts';

/** A Temporal for tests of the workflows: its client, its time, and workers of it. */
export interface TestTemporal {
  client: Pick<Client, 'workflow' | 'withDeadline'>;
  /** The server's time, Unix ms. */
  nowMs(): Promise<number>;
  /** Lets virtual time pass. */
  sleep(durationMs: number): Promise<void>;
  /** Serves a queue's activities; with `isHub` the workflows, too. */
  serve(taskQueue: string, activities: object, options?: { isHub?: boolean }): Promise<Poller>;
  close(): Promise<void>;
}

/** The SDK's own server that skips time. Where this file is mapped to another one, the tests run on that. */
export async function openTestTemporal(): Promise<TestTemporal> {
  Runtime.install({ logger: new DefaultLogger('ERROR') });
  const path = await resolveBinary('temporal-test-server', silent);
  const env = await started(path);
  await registerSearchAttributes(env);
  return testTemporalOver(env);
}

/** Starts the server; the SDK gives it five seconds for that, which a busy machine may not have at the first try. */
async function started(path: string, triesLeft = 3): Promise<TestWorkflowEnvironment> {
  try {
    return await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path } },
    });
  } catch (error) {
    if (triesLeft === 0 || !String(error).includes('did not start within')) throw error;
    return started(path, triesLeft - 1);
  }
}

/** The same over a server that is there already. */
export function testTemporalOver(env: TestWorkflowEnvironment): TestTemporal {
  let isClosing = false;
  const retries = defaultGrpcRetryOptions();
  const mayRetry: typeof retries.retryableDecider = (...failed) => !isClosing && retries.retryableDecider(...failed);
  // Not the environment’s own client: that one lets time run, years of it, whenever it waits for a result.
  const connection = Connection.lazy({
    address: env.address,
    interceptors: [makeGrpcRetryInterceptor({ ...retries, retryableDecider: mayRetry })],
  });
  const client = new Client({ connection });
  return {
    client,
    nowMs: () => env.currentTimeMs(),
    sleep: (durationMs) => env.sleep(durationMs),
    serve: async (taskQueue, activities, { isHub = false } = {}) => {
      const connection = env.nativeConnection;
      const sinks = { metrics: { closed: { fn: () => {} }, guarded: { fn: () => {} } } };
      const hub = isHub ? { workflowBundle: await workflowBundle(), sinks } : {};
      return poll(await Worker.create({ connection, taskQueue, activities, ...hub }));
    },
    close: async () => {
      await endReadings(client);
      // A call that the server never answered fails now; it must not be tried again when nobody waits for it any more.
      isClosing = true;
      // The environment's own connection tries a lost call of `sleep` again, too. On a channel that is shut that would throw
      // where nobody catches it, and fail the test that runs then.
      env.connection.close = async () => {};
      await env.teardown();
    },
  };
}
