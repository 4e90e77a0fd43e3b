import { formatDuration } from '../../text/duration.ts';
import { actingLeases } from '../state.ts';
import { defineRule } from './rule.ts';

const retryAfterMs = 30_000;
/** The action that empties a node. */
const drainAction = 'drainNode';

/**
 * A drain is one act of the budget, however many pods it evicts; so it has a bound of its own. An open lease counts as a
 * drain of now, and one that was lost as a drain that happened.
 */
export const drains = defineRule({
  name: 'drains',
  statements: ['G1'],
  summary: 'Holds a drain while another node of the cluster is drained, or while as many were as the period allows.',
  reasons: ['drainsSpent'],
  settings: ['config: guard.drains'],
  judge: ({ state, request, nowMs, limits }) => {
    if (request.step.action !== drainAction) return undefined;
    const { max, perMs } = limits.drains;
    const underWay = actingLeases(state).find(({ action }) => action === drainAction);
    if (underWay !== undefined) {
      const detail = `${underWay.node ?? underWay.workload} is being drained; one node at a time`;
      return { kind: 'hold', reason: 'drainsSpent', retryAfterMs, detail };
    }
    const recent = state.acts.filter(({ action, atMs }) => action === drainAction && atMs > nowMs - perMs);
    const oldest = recent[recent.length - max];
    if (oldest === undefined) return undefined;
    return {
      kind: 'hold',
      reason: 'drainsSpent',
      retryAfterMs: Math.max(1_000, oldest.atMs + perMs - nowMs),
      detail: `${recent.length} nodes were drained in ${formatDuration(perMs)}; allowed are ${max}`,
    };
  },
});
