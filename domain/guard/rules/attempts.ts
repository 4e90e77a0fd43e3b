import { workloadKey } from '../../target/target.ts';
import { actTimes } from '../act-history.ts';
import { actsOn } from '../state.ts';
import { defineRule } from './rule.ts';

/** What did not help so many times needs a person. */
export const attempts = defineRule({
  name: 'attempts',
  statements: ['G2'],
  summary: 'Denies once the episode, or the workload within its period, has used its attempts.',
  reasons: ['episodeAttempts', 'dailyAttempts'],
  settings: ['guards.attempts'],
  judge: ({ state, request, nowMs }) => {
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
    const times = [...actTimes(state.history, key), ...acts.map((act) => act.atMs)];
    const recent = times.filter((atMs) => atMs > nowMs - per).length;
    if (recent >= max) {
      return { kind: 'deny', reason: 'dailyAttempts', detail: `${recent} of ${max} attempts on ${key} are used` };
    }
    return undefined;
  },
});
