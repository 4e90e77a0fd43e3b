import { log, proxySinks, workflowInfo } from '@temporalio/workflow';
import type { MetricSinks } from '../activities/contract.ts';
import { gaugesOf } from '../domain/guard/gauges.ts';
import { type Recollection, recalled, unreadable } from '../domain/guard/recall.ts';
import { applyEffects, type GuardEffect, type GuardState } from '../domain/guard/state.ts';
import { stormMessage } from '../domain/guard/storm-message.ts';
import { recallGuard } from './activity-options.ts';

const { metrics } = proxySinks<MetricSinks>();

/** What the guard knows; effects are the only way to change it. */
export interface GuardMemory {
  readonly state: GuardState;
  /** False until what the run before it knew was taken over. */
  readonly isRestored: boolean;
  /** Its own workflow id, and its cluster. */
  readonly id: string;
  readonly cluster: string;
  apply(effects: readonly GuardEffect[]): void;
  /** Takes over a state; what was heard meanwhile is applied to it. */
  restoreTo(state: GuardState): void;
  /** What the next run takes over if this one is terminated. */
  recollection(): Recollection;
}

/** Opens the memory with what it was handed. A storm that begins or ends adds the message that people are owed. */
export function openMemory(first: GuardState, { isRestored }: { isRestored: boolean }): GuardMemory {
  const { workflowId: id } = workflowInfo();
  const cluster = id.slice(id.indexOf('/') + 1);
  let state = first;
  let heard: GuardEffect[] | undefined = isRestored ? undefined : [];
  const apply = (effects: readonly GuardEffect[]) => {
    const before = state;
    state = applyEffects(before, effects);
    const notice = stormMessage(before, state, cluster, Date.now());
    if (notice !== undefined) state = applyEffects(state, [{ type: 'noticed', notice }]);
    if (heard === undefined) metrics.guarded(cluster, gaugesOf(state, Date.now()));
  };
  return {
    get state() {
      return state;
    },
    get isRestored() {
      return heard === undefined;
    },
    id,
    cluster,
    apply(effects) {
      heard?.push(...effects);
      apply(effects);
    },
    restoreTo(known) {
      const effects = heard ?? [];
      heard = undefined;
      state = known;
      apply(effects);
    },
    recollection: () => (heard === undefined ? { isRestored: true, state } : { isRestored: false, heard }),
  };
}

/**
 * Takes over the memory of the run before this one, which somebody terminated or which failed. Where it cannot be read
 * the guard starts paused and says so; where there was none, it is the first guard of the cluster.
 */
export async function restore(memory: GuardMemory): Promise<void> {
  const { runId } = workflowInfo();
  try {
    const found = await recallGuard({ cluster: memory.cluster, runId });
    memory.restoreTo(recalled(found));
    if (found.kind === 'found') log.info('the memory of the run before is restored', { from: found.runId });
  } catch (error) {
    log.error('the memory of the run before cannot be read; the guard starts paused', { error: String(error) });
    memory.restoreTo(unreadable({ cluster: memory.cluster, runId, nowMs: Date.now() }));
  }
}
