import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fingerprintOf } from '../../../domain/alert/fingerprint.ts';
import { remediationWorkflowId } from '../../../domain/run/contract.ts';
import { anAlertItem, asAlertmanager, aWebhook } from '../api.ts';
import { recordedAlert } from '../payloads.ts';

/** An alert with exactly these labels, as Alertmanager sends it, and the id of the run that it leads to. */
export interface AlertUnderTest {
  item: { labels: Record<string, string>; [field: string]: unknown };
  id: string;
}

export function anAlertWith(labels: Record<string, string>): AlertUnderTest {
  // An empty label is no label, in Prometheus as in the intake.
  const fingerprint = fingerprintOf(Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== '')));
  const { alertname = '', cluster = 'sandbox' } = labels;
  const item = { ...anAlertItem(), labels };
  return { item, id: remediationWorkflowId({ cluster, alertname, fingerprint }) };
}

export interface Receipt {
  status: number;
  retryAfter: string | null;
  body: Record<string, unknown>;
}

/** Delivers the alerts in one webhook. Rejects when there is no whole answer within 8 s, the longest a delivery may take. */
export const deliver = (url: string, alerts: readonly AlertUnderTest[]): Promise<Receipt> =>
  post(url, JSON.stringify(aWebhook(alerts.map(({ item }) => item))));

/** Delivers a recorded webhook byte by byte; gives the id of the run that it leads to. Rejects unless it is taken. */
export async function deliverRecorded(url: string, alertname: string): Promise<string> {
  const body = readFileSync(join(import.meta.dirname, '..', '..', 'payloads', `${alertname}.json`), 'utf8');
  const { status } = await post(url, body);
  if (status !== 202) throw new Error(`the webhook of ${alertname} was answered with ${status}`);
  return remediationWorkflowId(recordedAlert(alertname, { cluster: 'sandbox', receivedAt: new Date().toISOString() }));
}

async function post(url: string, body: string): Promise<Receipt> {
  const answer = await fetch(`${url}/v1/alerts`, {
    method: 'POST',
    headers: { ...asAlertmanager, 'content-type': 'application/json' },
    body,
    signal: AbortSignal.timeout(8_000),
  });
  const read = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body: read };
}
