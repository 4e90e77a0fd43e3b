import { fingerprintOf } from '../../alert/fingerprint.ts';
import { formatDuration } from '../../text/duration.ts';
import { actingLeases } from '../state.ts';
import { defineRule } from './rule.ts';

const jitterMs = 15_000;

/** A remedy that turns out to be harmful must not be everywhere before anybody notices. */
export const zones = defineRule({
  name: 'zones',
  statements: ['G22'],
  summary: 'Holds an act in one zone shortly after an act in another.',
  reasons: ['zoneSpacing'],
  settings: ['config: guard.zoneSpacing'],
  judge: ({ state, request, nowMs, limits }) => {
    const { zone } = request.surroundings;
    if (zone === undefined) return undefined;
    const elsewhere = [
      ...actingLeases(state)
        .filter((lease) => lease.zone !== undefined && lease.zone !== zone)
        .map(() => nowMs),
      ...state.acts.filter((act) => act.zone !== undefined && act.zone !== zone).map((act) => act.atMs),
    ];
    const restMs = Math.max(...elsewhere) + limits.zoneSpacingMs - nowMs;
    if (restMs <= 0) return undefined;
    return {
      kind: 'hold',
      reason: 'zoneSpacing',
      retryAfterMs: restMs + jitterOf(request.requestId),
      detail: `an action in a zone other than ${zone} is under way or ran less than ${formatDuration(limits.zoneSpacingMs)} ago`,
    };
  },
});

/** The same for the same request, different for others, so that those who wait do not come back together. */
const jitterOf = (requestId: string) => Number.parseInt(fingerprintOf({ requestId }).slice(0, 6), 16) % jitterMs;
