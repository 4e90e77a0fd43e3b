import { createHash } from 'node:crypto';
import { shortened } from '../../domain/text/plain-text.ts';
import { trimmedEnd } from '../../domain/text/trimmed.ts';
import type { Notification } from '../contract.ts';
import { defineNotifier } from './define-notifier.ts';
import { asJson, linesOf, wordsOf } from './words.ts';

// Limits: message 130, alias 512, description 15000, note 25000 characters, as in
// https://developer.atlassian.com/cloud/jira/service-desk-ops/rest/v1/api-group-integration-events/
const longestMessage = 130;
const longestDescription = 14_000;

const priorities: Record<Notification['kind'], string> = {
  ...{ approvalNeeded: 'P3', escalation: 'P2', storm: 'P1' },
  ...{ update: 'P3', closed: 'P5' },
};

/**
 * One alert for a run: opened, noted on, and closed with it. `secret` is the key of an API integration. Opsgenie speaks
 * the same until it ends in April 2027: its `url` is https://api.opsgenie.com/v2/alerts, or api.eu.opsgenie.com.
 */
export default defineNotifier({
  name: 'jiraOperations',
  summary: 'Open one alert for a run in Jira Service Management operations (or Opsgenie), note on it, and close it.',
  compose({ url, secret }, notification) {
    const { kind, dedupKey, report } = notification;
    const headers = { authorization: `GenieKey ${secret}` };
    const words = wordsOf(notification);
    const alias = createHash('sha256').update(dedupKey).digest('hex');
    const known = (verb: string) => `${trimmedEnd(url, '/')}/${alias}/${verb}?identifierType=alias`;
    const text = shortened([words.title, '', ...linesOf(words)].join('\n'), longestDescription);
    if (kind === 'closed') return { url: known('close'), ...asJson(headers, { source: 'Mendflow', note: text }) };
    if (kind === 'update') return { url: known('notes'), ...asJson(headers, { source: 'Mendflow', note: text }) };
    const { target } = report ?? {};
    const alert = {
      message: shortened(words.title, longestMessage),
      alias,
      description: text,
      ...(target && { entity: shortened(`${target.namespace}/${target.workload.name}`, 500) }),
      ...{ source: 'Mendflow', priority: priorities[kind], tags: ['mendflow'] },
    };
    return asJson(headers, alert);
  },
});
