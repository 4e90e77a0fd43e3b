import type { UndoInput } from '../activities/contract.ts';
import type { Cluster } from '../activities/kubernetes/port.ts';
import { createVitalSigns } from '../activities/kubernetes/vitals.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { SimulatedCluster } from './cluster/simulated-cluster.ts';
import type { Caller } from './cluster/write.ts';
import { episodeOf } from './episode.ts';
import { Attempt } from './temporal/attempt.ts';
import { executionContexts } from './temporal/execution-context.ts';

/** What becomes of one call to the API server. */
export interface Fate {
  /** Until it reaches the API server. */
  delayMs: number;
  /** `lost`: it is done, and the answer never arrives. `dies`: the worker dies, before it is done or after. */
  end: 'answered' | 'refused' | 'lost' | 'diesBefore' | 'diesAfter';
}

/** Decides what becomes of each call; undefined means that it is answered at once. */
export type Network = (call: string) => Fate | undefined;

interface Line {
  network: Network;
  /** The worker that calls dies, with all that it does. */
  kill(): void;
}

type Call = (...args: unknown[]) => Promise<unknown>;

/**
 * The cluster as one worker reaches it: over a network, and with its own view of how well the API server answers. A
 * worker that has died reaches nothing.
 */
export function overNetwork(cluster: SimulatedCluster, line: Line): Cluster {
  const vitals = createVitalSigns(() => cluster.store.clock.nowMs);
  const calls = methods.map((name) => {
    const call: Call = (...args) => vitals.watch(() => carry(cluster, { name, args }, line));
    return [name, call] as const;
  });
  const reached: Cluster = Object.create(cluster);
  return Object.assign(reached, Object.fromEntries(calls), { vitals: () => vitals.now() });
}

/** Everything that a cluster can be asked, as far as it takes a call. */
const methods = Object.getOwnPropertyNames(SimulatedCluster.prototype).filter(
  (name) => name !== 'constructor' && name !== 'vitals',
);

async function carry(cluster: SimulatedCluster, { name, args }: { name: string; args: unknown[] }, line: Line) {
  const place = executionContexts.getStore();
  const issuedAtMs = cluster.store.clock.nowMs;
  const { delayMs, end } = line.network(name) ?? atOnce;
  if (delayMs > 0) await new Promise<void>((resolve) => cluster.store.clock.after(delayMs, resolve));
  if (end === 'diesBefore') line.kill();
  if (place?.isDead) return never();
  if (end === 'refused') throw new MendflowError('CLUSTER_UNAVAILABLE', `${name}: connection reset`);
  cluster.caller = callerAt(place, issuedAtMs);
  const answer = await (cluster[name as keyof Cluster] as Call).apply(cluster, args);
  if (end === 'diesAfter') line.kill();
  if (place?.isDead) return never();
  if (end === 'lost') throw new MendflowError('CLUSTER_UNAVAILABLE', `${name}: no answer`);
  return answer;
}

const atOnce: Fate = { delayMs: 0, end: 'answered' };

/** What a process that has died waits for. */
const never = () => new Promise<never>(() => undefined);

function callerAt(place: unknown, issuedAtMs: number): Caller | undefined {
  if (!(place instanceof Attempt)) return undefined;
  const { execution, name, args } = place.task;
  const { workflowId } = execution;
  const runId = episodeOf(execution);
  // Only remediate and undo are about a step.
  const action = (args[0] as Partial<UndoInput> | undefined)?.step?.action;
  const step = action === undefined ? {} : { action, ...(name === 'undo' && { isUndo: true as const }) };
  return { issuedAtMs, attemptAtMs: place.startedAtMs, workflowId, runId, ...step };
}
