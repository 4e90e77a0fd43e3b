import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { hubTaskQueue } from '../domain/contract.ts';
import type { Config } from './config.ts';

/** What tells installations apart: limits and receivers may change, its name and its approval keys say who it is. */
export interface Installation {
  name: string;
  /** Digests of the approval keys, short. */
  keys: readonly string[];
}

type Named = Pick<Config, 'approval' | 'cluster' | 'installation'>;

/** The installation that a process with this configuration belongs to. */
export function installationOf({ approval, cluster, installation }: Named): Installation {
  return { name: installation.name ?? cluster.name, keys: approval.key.map(({ secret }) => digest(secret)) };
}

const digest = (secret: string) => createHash('sha256').update(`mendflow ${secret}`).digest('hex').slice(0, 8);

/** What a worker adds to its identity, so that others see whose it is. */
export const markOf = ({ name, keys }: Installation): string => `installation=${name} keys=${keys.join(',')}`;

/** The installation of a worker, by its identity; undefined where it says nothing of one. */
function ofIdentity(identity: string): Installation | undefined {
  const [, name, keys = ''] = / installation=([^ ]+) keys=([^ ]*)$/.exec(identity) ?? [];
  return name === undefined ? undefined : { name, keys: keys.split(',').filter((key) => key !== '') };
}

const workflowQueue = 1;

/** The identities of the workers that poll for runs in the client's namespace; Temporal forgets one after five minutes. */
export async function hubWorkers({ workflowService, options: { namespace } }: Client): Promise<string[]> {
  const { pollers } = await workflowService.describeTaskQueue({
    namespace,
    taskQueue: { name: hubTaskQueue },
    taskQueueType: workflowQueue,
  });
  return (pollers ?? []).flatMap(({ identity }) => identity ?? []);
}

/** The same name, and a common key where both have keys: so a key can be rotated while all processes run. */
const areSame = (a: Installation, b: Installation) =>
  a.name === b.name && (a.keys.length === 0 || b.keys.length === 0 || a.keys.some((key) => b.keys.includes(key)));

/**
 * Why this installation may not use the namespace: a worker of another one polls in it, and each would decide the other's
 * permits by its own limits, keys and receivers. `identities` are those of the workers that poll there now.
 */
export function otherInstallation(
  ours: Installation,
  identities: readonly string[],
  namespace: string,
): string | undefined {
  for (const identity of identities) {
    const theirs = ofIdentity(identity);
    if (theirs === undefined || areSame(ours, theirs)) continue;
    return (
      `Another installation works in Temporal namespace ${namespace}: ${inWords(theirs)}, worker ${identity.split(' ')[0]}. ` +
      `This one is ${inWords(ours)}. Give each a namespace of its own (TEMPORAL_NAMESPACE). If they are the same ` +
      'installation, give both the same MENDFLOW_INSTALLATION and a common MENDFLOW_APPROVAL_KEY. If the other has been ' +
      'stopped, Temporal forgets its workers after five minutes.'
    );
  }
  return undefined;
}

const inWords = ({ name, keys }: Installation) =>
  `"${name}" (${keys.length === 0 ? 'no approval key' : `approval key ${keys.join(', ')}`})`;
