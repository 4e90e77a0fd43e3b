import type { Client } from '@temporalio/client';
import type { VersioningBehavior, WorkerDeploymentVersion } from '@temporalio/common';
import type { WorkerOptions } from '@temporalio/worker';
import type { Config } from '../config/config.ts';
import { hubTaskQueue } from '../domain/run/contract.ts';
import type { Logger } from '../telemetry/log.ts';

type Deployment = Config['worker']['deployment'];

/**
 * The worker's options for Worker Deployment Versioning; none unless deployment and build are named. `behavior` counts
 * for every workflow of the worker: a workflow that names its own is refused by Temporal where workers have no version.
 */
export function versionOptions(
  deployment: Deployment,
  behavior: VersioningBehavior,
): Pick<WorkerOptions, 'workerDeploymentOptions'> {
  const version = versionOf(deployment);
  if (version === undefined) return {};
  return { workerDeploymentOptions: { useWorkerVersioning: true, version, defaultVersioningBehavior: behavior } };
}

function versionOf({ name, buildId }: Deployment): WorkerDeploymentVersion | undefined {
  return name === undefined || buildId === undefined ? undefined : { deploymentName: name, buildId };
}

interface Routing {
  namespace: string;
  /** The version of this worker; undefined without one. */
  ours: WorkerDeploymentVersion | undefined;
  /** The version that gets new runs; undefined when workers without a version get them. */
  current: WorkerDeploymentVersion | undefined;
}

/** Says that new runs do not come to this worker, with the command that changes it; undefined when they do. */
export function routingNotice({ namespace, ours, current }: Routing) {
  if (ours?.buildId === current?.buildId && ours?.deploymentName === current?.deploymentName) return undefined;
  const command = `temporal worker deployment set-current-version --namespace ${namespace} --deployment-name`;
  const inForce = current && `build ${current.buildId} of deployment ${current.deploymentName}`;
  if (ours === undefined) {
    const message =
      `no run comes to this worker: it has no version, and ${inForce} is current; set worker.deployment, ` +
      `or go back with: ${command} ${current?.deploymentName} --unversioned`;
    return { level: 'warn', message } as const;
  }
  const ourCommand = `${command} ${ours.deploymentName} --build-id ${ours.buildId}`;
  if (inForce !== undefined) {
    const message = `new runs go to ${inForce}, which is current; to send them to this worker: ${ourCommand}`;
    return { level: 'info', message } as const;
  }
  const message = `no run comes to this worker, because no worker version is current; make its version current: ${ourCommand}`;
  return { level: 'warn', message } as const;
}

const workflowQueue = 1;

/** Logs whether new runs come to a hub worker of this configuration. */
export async function sayRouting(client: Client, config: Config, log: Logger): Promise<void> {
  if (!config.worker.roles.includes('hub')) return;
  const { namespace } = client.options;
  try {
    const taskQueue = { namespace, taskQueue: { name: hubTaskQueue }, taskQueueType: workflowQueue };
    const { versioningInfo } = await client.workflowService.describeTaskQueue(taskQueue);
    const { deploymentName, buildId } = versioningInfo?.currentDeploymentVersion ?? {};
    const current = deploymentName && buildId ? { deploymentName, buildId } : undefined;
    const notice = routingNotice({ namespace, ours: versionOf(config.worker.deployment), current });
    if (notice !== undefined) log[notice.level]({}, notice.message);
  } catch (err) {
    log.warn({ err }, 'which worker version gets new runs could not be read');
  }
}
