import { actsOn } from '../guard-state.ts';
import { workloadKey } from '../target.ts';
import type { Guard } from './guard.ts';

/** Denies once the episode, or the workload within its period, has used its attempts (G2); then a person is needed. */
export const attempts: Guard = ({ state, request, nowMs }) => {
  const { perEpisode, max, per } = request.settings.attempts;
  const key = workloadKey(request.target);
  const acts = actsOn(state, key);
  const ofEpisode = acts.filter((act) => act.runId === request.runId).length;
  if (ofEpisode >= perEpisode) {
    return {
      kind: 'deny',
      reason: 'episodeAttempts',
      detail: `${ofEpisode} of ${perEpisode} attempts of this episode are used`,
    };
  }
  const recent = acts.filter((act) => act.atMs > nowMs - per).length;
  if (recent >= max) {
    return { kind: 'deny', reason: 'dailyAttempts', detail: `${recent} of ${max} attempts on ${key} are used` };
  }
  return undefined;
};
