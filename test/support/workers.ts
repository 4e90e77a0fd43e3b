import type { Connection } from '@temporalio/client';
import type { TestWorkflowEnvironment } from '@temporalio/testing';
import type { Worker } from '@temporalio/worker';
import { searchAttributes } from '../../domain/run/contract.ts';

/** Workers that poll until they are stopped. */
export interface Poller {
  stop(): Promise<void>;
}

/** Lets the workers poll. */
export function poll(...workers: Worker[]): Poller {
  const running = workers.map((worker) => worker.run());
  return {
    async stop() {
      for (const worker of workers) worker.shutdown();
      await Promise.all(running);
    },
  };
}

/** The test server cannot list them, so they are not looked for first as a worker does. */
export async function registerSearchAttributes({ connection }: TestWorkflowEnvironment): Promise<void> {
  const keyword = 2;
  const types = Object.fromEntries(searchAttributes.map((name) => [name, keyword]));
  await (connection as Connection).operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: types,
  });
}
