import type { Client } from '@temporalio/client';
import type { Config } from '../config/config.ts';
import { hubWorkers, installationOf, otherInstallation } from '../config/installation.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { shortRetention } from '../domain/run/retention.ts';
import type { Logger } from '../telemetry/log.ts';
import { createRetention } from '../temporal/retention.ts';
import { sayRouting } from './deployment.ts';
import { identityOf } from './workers.ts';

/**
 * What must be known of the namespace before a worker polls in it. Throws FOREIGN_NAMESPACE where another installation
 * works in it; warns where ended runs are deleted early, and says where new runs go to workers of another version.
 */
export async function checkNamespace(client: Client, config: Config, log: Logger): Promise<void> {
  await refuseForeign(client, config);
  try {
    const short = shortRetention(await createRetention(client)());
    if (short !== undefined) log.warn(short);
  } catch (err) {
    log.warn({ err }, 'for how long Temporal keeps ended runs could not be read');
  }
  await sayRouting(client, config, log);
}

/** A worker of one cluster alone decides no permits; it belongs to the installation whose name it is given. */
const isAsked = ({ worker, installation }: Config) => worker.roles.includes('hub') || installation.name !== undefined;

async function refuseForeign(client: Client, config: Config): Promise<void> {
  if (!isAsked(config)) return;
  const other = otherInstallation(installationOf(config), await hubWorkers(client), client.options.namespace);
  if (other?.wasFirst) throw new MendflowError('FOREIGN_NAMESPACE', other.words);
}

/** Two installations that start at the same moment do not see each other before both poll. */
const lookAgainMs = 5_000;

/**
 * Looks again and again while the workers poll. The installation that was there first goes on and logs an error; the
 * other one calls `giveWay` with FOREIGN_NAMESPACE. Returns what stops the looking.
 */
export function watchNamespace(
  client: Client,
  config: Config,
  { log, giveWay }: { log: Logger; giveWay: (error: MendflowError) => void },
): () => void {
  if (!isAsked(config)) return () => {};
  const itself = config.worker.roles.includes('hub') ? [identityOf(config)] : [];
  let said: string | undefined;
  const look = async () => {
    const identities = [...(await hubWorkers(client)), ...itself];
    const other = otherInstallation(installationOf(config), identities, client.options.namespace);
    if (other?.wasFirst) giveWay(new MendflowError('FOREIGN_NAMESPACE', other.words));
    else if (other !== undefined && other.words !== said) log.error({ code: 'FOREIGN_NAMESPACE' }, other.words);
    said = other?.words;
  };
  const unread = 'Whether another installation works in the namespace could not be read.';
  const timer = setInterval(() => {
    look().catch((error: unknown) => {
      if (said !== unread) log.warn({ detail: String(error) }, unread);
      said = unread;
    });
  }, lookAgainMs);
  return () => clearInterval(timer);
}
