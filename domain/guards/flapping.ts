import { formatDuration } from '../duration.ts';
import { workloadKey } from '../target.ts';
import { defineGuard } from './guard.ts';

/** What heals and fails again and again is not healed by the next act. */
export const flapping = defineGuard({
  name: 'flapping',
  statements: ['G16'],
  summary: 'Denies, and asks a person once, when the workload keeps changing between failing and healthy.',
  reasons: ['flapping'],
  settings: ['guards.flapping'],
  judge: ({ state, request, nowMs }) => {
    const { changes, within } = request.settings.flapping;
    const key = workloadKey(request.target);
    const ofWorkload = state.changes.filter(({ workload }) => workload === key).map(({ atMs }) => atMs);
    const recent = (times: readonly number[]) => times.filter((atMs) => atMs > nowMs - within).length;
    // The alert and the workload often change together: what both saw is not counted twice.
    const seen = Math.max(recent(ofWorkload), recent(request.changesMs));
    if (seen < changes) return undefined;
    return {
      kind: 'deny',
      reason: 'flapping',
      detail: `${key} changed ${seen} times between failing and healthy in ${formatDuration(within)}`,
      incident: `flapping/${key}`,
    };
  },
});
