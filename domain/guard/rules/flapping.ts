import { workloadKey } from '../../target/target.ts';
import { formatDuration } from '../../text/duration.ts';
import { defineRule } from './rule.ts';

/** What heals and fails again and again is not healed by the next act. */
export const flapping = defineRule({
  name: 'flapping',
  statements: ['G16'],
  summary:
    'Denies, and asks a person once, when the workload keeps changing between failing and healthy. An approval is not undone by an alert that comes and goes.',
  reasons: ['flapping'],
  settings: ['guards.flapping'],
  judge: ({ state, request, nowMs }) => {
    const { changes, within } = request.settings.flapping;
    const key = workloadKey(request.target);
    const ofWorkload = state.changes.filter(({ workload }) => workload === key).map(({ atMs }) => atMs);
    const recent = (times: readonly number[]) => times.filter((atMs) => atMs > nowMs - within).length;
    // A person who approved has seen how the alert behaves: from then on only what was verified counts.
    const ofAlert = request.renews === undefined ? settled(request.changesMs) : [];
    // The alert and the workload often change together: what both saw is not counted twice.
    const seen = Math.max(recent(ofWorkload), recent(ofAlert));
    if (seen < changes) return undefined;
    return {
      kind: 'deny',
      reason: 'flapping',
      detail: `${key} changed ${seen} times between failing and healthy in ${formatDuration(within)}`,
      incident: `flapping/${key}`,
    };
  },
});

/** A real alert is re-evaluated no more often; quicker changes come from senders that deliver twice or out of order. */
const apartMs = 30_000;

/** The changes of the alert that lie apart from the one before. */
function settled(changesMs: readonly number[]): number[] {
  let lastMs = Number.NEGATIVE_INFINITY;
  return changesMs.filter((atMs) => {
    if (atMs - lastMs < apartMs) return false;
    lastMs = atMs;
    return true;
  });
}
