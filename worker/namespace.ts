import type { Client } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import { hubWorkers, installationOf, otherInstallation } from '../config/installation.ts';
import { MendflowError } from '../domain/errors.ts';
import { shortRetention } from '../domain/retention.ts';
import type { Logger } from '../telemetry/log.ts';

/**
 * What must be known of the namespace before a worker polls in it. Throws FOREIGN_NAMESPACE where another installation
 * works in it; warns where ended runs are deleted early.
 */
export async function checkNamespace(client: Client, config: Config, log: Logger): Promise<void> {
  await refuseForeign(client, config);
  const { namespace } = client.options;
  try {
    const { config: kept } = await client.workflowService.describeNamespace({ namespace });
    const keptMs = Number(kept?.workflowExecutionRetentionTtl?.seconds ?? 0) * 1_000;
    const short = shortRetention({ namespace, keptMs });
    if (short !== undefined) log.warn(short);
  } catch (err) {
    log.warn({ err }, 'for how long Temporal keeps ended runs could not be read');
  }
}

/** A worker of one cluster alone decides no permits; it belongs to the installation whose name it is given. */
async function refuseForeign(client: Client, config: Config): Promise<void> {
  if (!config.worker.roles.includes('hub') && config.installation.name === undefined) return;
  const { namespace } = client.options;
  const other = otherInstallation(installationOf(config), await hubWorkers(client), namespace);
  if (other !== undefined) throw new MendflowError('FOREIGN_NAMESPACE', other);
}
