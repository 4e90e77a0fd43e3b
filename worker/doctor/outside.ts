import { notifiers } from '../../activities/notifiers/index.ts';
import { notify } from '../../activities/notify.ts';
import { silencesAt } from '../../activities/outside/silences.ts';
import { createPrometheus } from '../../activities/prometheus.ts';
import type { Config } from '../../config/config.ts';
import { fallbackInWords } from '../../config/receiver-names.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { type Examination, failed, ok, skipped, warning } from './examination.ts';

const deadlineMs = 5_000;

/** Prometheus, Alertmanager and the receivers; with `sendTest` each receiver gets a message. */
export function outsideExaminations(
  config: Config,
  policies: readonly Policy[],
  { sendTest, now }: { sendTest: boolean; now: () => number },
): Examination[] {
  return [
    prometheus(config, policies),
    alertmanager(config),
    fallback(config),
    ...config.receivers.map(({ name }) => receiver(config, name, { sendTest, now })),
  ];
}

const asksPrometheus = ({ spec }: Policy) => spec.verify.some((check) => 'promql' in check);

const prometheus = ({ prometheus: { url } }: Config, policies: readonly Policy[]): Examination => ({
  name: 'prometheus',
  async look() {
    const asking = policies.filter(asksPrometheus).map(({ metadata }) => metadata.name);
    if (url === undefined) {
      if (asking.length === 0) return skipped('not configured; no policy asks it');
      const fix = 'Set prometheus.url (MENDFLOW_PROMETHEUS_URL).';
      return failed(`no address is configured, so ${asking.join(', ')} can verify nothing`, fix);
    }
    const series = await createPrometheus({ url, deadlineMs }).query('count(up)');
    const [count = 0] = series;
    if (count > 0) return ok(`answers; it watches ${count} targets`);
    return warning('answers, but has no series: no check by promql can hold', 'Let it scrape the cluster.');
  },
});

const alertmanager = ({ actions }: Config): Examination => ({
  name: 'alertmanager',
  async look() {
    const { url } = actions.alertmanager;
    if (url === undefined) return skipped('not configured; only the action silenceAlert needs it');
    try {
      await silencesAt(url).find('mendflow doctor');
      return ok('answers, and lists its silences');
    } catch (error) {
      if (!(error instanceof MendflowError)) throw error;
      return failed(error.message, 'Check actions.alertmanager.url: the base address, without /api/v2.');
    }
  },
});

const fallback = ({ receivers }: Config): Examination => ({
  name: 'receivers',
  async look() {
    const words = fallbackInWords(receivers);
    return receivers.length > 0 ? ok(words) : failed(words, 'See docs/reference/receivers.md.');
  },
});

const receiver = (
  { receivers }: Config,
  name: string,
  { sendTest, now }: { sendTest: boolean; now: () => number },
): Examination => ({
  name: `receiver ${name}`,
  async look() {
    if (!sendTest) return skipped('not tried; --send-test sends it a message');
    // By itself: what one receiver refuses would go to the fallback receiver, and nobody would close it there.
    const alone = receivers.filter((each) => each.name === name);
    const send = notify({ receivers: alone, notifiers, now, count: () => {}, log: { error: () => {} } });
    const id = `doctor/${new Date(now()).toISOString()}`;
    const shared = { dedupKey: id, workflowId: id, runId: id, level: 0, answer: [] };
    const summary = 'a test by mendflow doctor; nothing is wrong';
    const opened = await send({ receiver: name, notification: { ...shared, kind: 'escalation', summary } });
    if (!opened.delivered) return failed(opened.detail, 'Compare its fields with docs/reference/receivers.md.');
    // A pager would ring on.
    const { reference } = opened;
    const end = { ...shared, kind: 'closed' as const, summary };
    const closed = await send({ receiver: name, notification: end, ...(reference !== undefined && { reference }) });
    return closed.delivered ? ok('took a test message and its end') : failed(closed.detail, 'Close the test by hand.');
  },
});
