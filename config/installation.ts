import { createHash } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { hubTaskQueue } from '../domain/run/contract.ts';
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

/** What a worker adds to its identity, so that others see whose it is and which installation was there first. */
export const markOf = ({ name, keys }: Installation, startedAtMs: number): string =>
  `installation=${name} keys=${keys.join(',')} since=${startedAtMs}`;

/** A worker, as its identity says. */
interface SeenWorker extends Installation {
  identity: string;
  startedAtMs: number;
}

/** Nothing where the identity names no installation; one that does not say since when counts as the oldest. */
function workerOf(identity: string): SeenWorker[] {
  const mark = / installation=([^ ]+) keys=([^ ]*)(?: since=(\d{1,15}))?$/;
  const [, name, keys = '', since = '0'] = mark.exec(identity) ?? [];
  if (name === undefined) return [];
  return [{ identity, name, keys: keys.split(',').filter((key) => key !== ''), startedAtMs: Number(since) }];
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

/** The workers of other installations, and our own. A chain of common keys counts: a quick rotation leaves old workers listed. */
function tellApart({ name, keys }: Installation, workers: readonly SeenWorker[]) {
  const own: SeenWorker[] = [];
  const known = new Set(keys);
  for (let others = [...workers]; ; others = others.filter((worker) => !own.includes(worker))) {
    const found = others.filter((worker) => areSame({ name, keys: [...known] }, worker));
    if (found.length === 0) return { own, others };
    own.push(...found);
    for (const key of found.flatMap((worker) => worker.keys)) known.add(key);
  }
}

/** Another installation in the namespace. */
export interface OtherInstallation {
  /** What to do about it. */
  words: string;
  /**
   * True: the other one was there first, so ours must stop. If both started before they saw each other, exactly one of them
   * gets true.
   */
  wasFirst: boolean;
}

/**
 * The other installation that works in the namespace, if any: each would decide the other's permits by its own limits,
 * keys and receivers. `identities` are those of the workers that poll there now, our own among them.
 */
export function otherInstallation(
  ours: Installation,
  identities: readonly string[],
  namespace: string,
): OtherInstallation | undefined {
  const { own, others } = tellApart(ours, identities.flatMap(workerOf).sort(olderFirst));
  const [theirs] = others;
  if (theirs === undefined) return undefined;
  const [oldest] = own.sort(olderFirst);
  const wasFirst = oldest === undefined || olderFirst(theirs, oldest) < 0;
  const words =
    `Another installation works in Temporal namespace ${namespace}: ${inWords(theirs)}, worker ${theirs.identity.split(' ')[0]}. ` +
    `This one is ${inWords(ours)} and ${wasFirst ? 'stops' : 'goes on, because it was there first'}. ` +
    'Give each a namespace of its own (TEMPORAL_NAMESPACE). If they are the same installation, give both the same ' +
    'MENDFLOW_INSTALLATION and a common MENDFLOW_APPROVAL_KEY. If the other has been stopped, Temporal forgets its ' +
    'workers after five minutes.';
  return { words, wasFirst };
}

/** Two that started in the same millisecond are told apart by their identities, alike on both sides. */
const olderFirst = (a: SeenWorker, b: SeenWorker) =>
  a.startedAtMs - b.startedAtMs || (a.identity < b.identity ? -1 : 1);

const inWords = ({ name, keys }: Installation) =>
  `"${name}" (${keys.length === 0 ? 'no approval key' : `approval key ${keys.join(', ')}`})`;
