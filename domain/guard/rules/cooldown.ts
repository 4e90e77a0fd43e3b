import { workloadKey } from '../../target/target.ts';
import { formatDuration } from '../../text/duration.ts';
import { actTimes } from '../act-history.ts';
import { actsOn } from '../state.ts';
import { defineRule } from './rule.ts';

const longestMs = 4 * 3_600_000;
const forgottenAfterMs = 6 * 3_600_000;

/**
 * Time a workload rests after its latest act: `baseMs` after the first, doubled by each further act, at most 4 h.
 * Six quiet hours forget what was before. `actsMs` are the times of its acts, oldest first.
 */
export function cooldownMs(actsMs: readonly number[], baseMs: number): number {
  let acts = 0;
  let previousMs = Number.NEGATIVE_INFINITY;
  for (const atMs of actsMs) {
    acts = atMs - previousMs > forgottenAfterMs ? 1 : acts + 1;
    previousMs = atMs;
  }
  return acts === 0 ? 0 : Math.min(longestMs, baseMs * 2 ** (acts - 1));
}

/** A remedy needs time to show what it did. */
export const cooldown = defineRule({
  name: 'cooldown',
  statements: ['G2'],
  summary:
    'Holds a second act on a workload while its cooldown runs: 5, 10, 20 min … 4 h, forgotten after 6 h of rest.',
  reasons: ['coolingDown'],
  settings: ['guards.cooldown'],
  judge: ({ state, request, nowMs }) => {
    const key = workloadKey(request.target);
    // A permit that the run did not give back may still become an act, or may have been one.
    const isOpen = state.leases.some(({ workload }) => workload === key);
    const known = [...actTimes(state.history, key), ...actsOn(state, key).map((act) => act.atMs)];
    const actsMs = isOpen ? [...known, nowMs] : known;
    const lastMs = actsMs.at(-1);
    if (lastMs === undefined) return undefined;
    const retryAfterMs = lastMs + cooldownMs(actsMs, request.settings.cooldown) - nowMs;
    if (retryAfterMs <= 0) return undefined;
    const since = isOpen ? 'a permit for it is still open' : `remediated ${formatDuration(nowMs - lastMs)} ago`;
    const detail = `${since}; its cooldown runs ${formatDuration(retryAfterMs)} more`;
    return { kind: 'hold', reason: 'coolingDown', retryAfterMs, detail };
  },
});
