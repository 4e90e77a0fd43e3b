import type { Client } from '@temporalio/client';
import { guardTaskQueue, guardWorkflowId, workflowTypes } from '../domain/run/contract.ts';
import type { Logger } from '../telemetry/log.ts';

/** How often a guard that somebody terminated is started again. */
const checkEveryMs = 30_000;

/** Starts the cluster's guard unless it runs, now and whenever it is gone. Returns what stops the keeping. */
export async function startGuardAgain(client: Client, cluster: string, log: Logger): Promise<() => void> {
  await startGuard(client, cluster);
  const timer = setInterval(() => {
    startGuard(client, cluster).catch((err: unknown) => log.warn({ err, cluster }, 'the guard could not be checked'));
  }, checkEveryMs);
  return () => clearInterval(timer);
}

async function startGuard(client: Client, cluster: string): Promise<void> {
  await client.workflow.start(workflowTypes.guard, {
    taskQueue: guardTaskQueue,
    workflowId: guardWorkflowId(cluster),
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Permits, budgets and cooldowns of cluster ${cluster}`,
    args: [{}],
  });
}
