import { createHash } from 'node:crypto';
import { shortened } from '../../domain/text/plain-text.ts';
import type { Notification } from '../contract.ts';
import { defineNotifier } from './define-notifier.ts';
import { asJson, wordsOf } from './words.ts';

// Limits: https://developer.pagerduty.com/docs/events-api-v2/trigger-events (dedup_key 255, summary 1024 characters).
const longestKey = 255;
const longestSummary = 1_024;

const severities: Record<Notification['kind'], string> = {
  ...{ approvalNeeded: 'warning', escalation: 'critical', storm: 'critical' },
  ...{ update: 'critical', closed: 'info' },
};

/** One incident for a run: all its messages carry its key, and the last one resolves it. */
export default defineNotifier({
  name: 'pagerduty',
  summary: 'Open one PagerDuty incident for a run (Events API v2), add to it, and resolve it when the run ends.',
  compose({ secret }, notification) {
    const { kind, dedupKey, report } = notification;
    const event = { routing_key: secret, dedup_key: keyOf(dedupKey) };
    if (kind === 'closed') return asJson({}, { ...event, event_action: 'resolve' });
    const { title, message, facts, answer } = wordsOf(notification);
    const { target } = report ?? {};
    const payload = {
      summary: shortened(title, longestSummary),
      source: target?.cluster ?? 'mendflow',
      severity: severities[kind],
      ...(target && { component: target.workload.name, group: target.namespace }),
      ...(report && { class: report.alertname }),
      custom_details: {
        ...(message && { message }),
        ...Object.fromEntries(facts),
        ...(answer.length > 0 && { answer }),
      },
    };
    return asJson({}, { ...event, event_action: 'trigger', client: 'Mendflow', payload });
  },
});

/** A longer key would be refused, and a cut one could be another run's. */
const keyOf = (key: string) => (key.length <= longestKey ? key : createHash('sha256').update(key).digest('hex'));
