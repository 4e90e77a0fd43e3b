import type { Client } from '@temporalio/client';
import type { Config } from '../../config/config.ts';
import { hubWorkers } from '../../config/installation.ts';
import { clusterTaskQueue, hubTaskQueue } from '../../domain/run/contract.ts';
import { call } from '../../temporal/call.ts';
import { type Examination, failed, ok } from './examination.ts';

const deadlineMs = 5_000;
const activityQueue = 2;
const startWorker = 'Start one: mendflow serve worker.';

/** Whether workers poll for what the configuration wants done. */
export const pollerExaminations = (client: Client, config: Config): Examination[] => [
  hubWorker(client),
  clusterWorker(client, config),
];

const hubWorker = (client: Client): Examination => ({
  name: 'worker, hub',
  needs: 'temporal',
  async look() {
    const { length } = await call(client, deadlineMs, 'workers', () => hubWorkers(client));
    if (length > 0) return ok(`${length} poll for runs on ${hubTaskQueue}`);
    return failed(`nobody polls for runs on ${hubTaskQueue}: alerts wait`, startWorker);
  },
});

const clusterWorker = (client: Client, { cluster }: Config): Examination => ({
  name: 'worker, cluster',
  needs: 'temporal',
  async look() {
    const queue = clusterTaskQueue(cluster.name);
    const { workflowService, options } = client;
    const { pollers } = await call(client, deadlineMs, 'workers', () =>
      workflowService.describeTaskQueue({
        namespace: options.namespace,
        taskQueue: { name: queue },
        taskQueueType: activityQueue,
      }),
    );
    const count = pollers?.length ?? 0;
    if (count > 0) return ok(`${count} poll for the work of cluster ${cluster.name}`);
    return failed(`nobody polls for the work of cluster ${cluster.name} (${queue})`, startWorker);
  },
});
