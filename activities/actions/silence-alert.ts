import { z } from 'zod';
import { MendflowError } from '../../domain/run/errors.ts';
import { defineAction } from './define-action.ts';

const minuteMs = 60_000;

/** Silences exactly this alert for a while; one of ours for this step is never made twice. */
export default defineAction({
  name: 'silenceAlert',
  summary:
    'Silence exactly this alert in Alertmanager (actions.alertmanager.url) while the next steps work. Write `undo: Always` beside it, so that it ends with the run.',
  risk: 'low',
  takesPodAway: false,
  targets: ['Workload', 'Job', 'Node'],
  params: z.object({
    minutes: z.int().min(1).max(60).default(30).describe('The silence ends by itself after so many minutes.'),
  }),
  permissions: [],
  // Only Alertmanager knows.
  alreadyDone: () => undefined,
  async run({ outside, alert, token, askedAtMs, dryRun, wait }, { minutes }) {
    const silences = outside.silences();
    const { labels, alertname } = alert;
    if (Object.keys(labels).length === 0) throw new MendflowError('NOT_APPLICABLE', 'the alert has no labels');
    const summary = `silenced ${alertname} for ${minutes} min`;
    const known = await wait.during(silences.find(mark(token)));
    if (known.length > 0) return { summary: `${summary} before`, changed: false };
    if (dryRun) return { summary };
    const comment = `${mark(token)} remediation is under way`;
    const times = { startsAtMs: askedAtMs, endsAtMs: askedAtMs + minutes * minuteMs };
    await wait.during(silences.create({ labels, ...times, comment }));
    return { summary };
  },
  undo: {
    words: 'ends the silence',
    async run({ outside, alert, token, wait }) {
      const silences = outside.silences();
      const active = (await wait.during(silences.find(mark(token)))).filter(({ isActive }) => isActive);
      for (const { id } of active) await wait.during(silences.expire(id));
      if (active.length === 0) return { summary: `no silence of ${alert.alertname} was left`, changed: false };
      return { summary: `ended the silence of ${alert.alertname}` };
    },
  },
});

/** What no other step's comment holds. */
const mark = (token: string) => `mendflow step ${token}:`;
