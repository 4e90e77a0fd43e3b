import { fingerprintOf } from '../../../domain/alert/fingerprint.ts';
import { remediationWorkflowId } from '../../../domain/run/contract.ts';
import { anAlertItem, asAlertmanager, aWebhook } from '../api.ts';

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
export async function deliver(url: string, alerts: readonly AlertUnderTest[]): Promise<Receipt> {
  const answer = await fetch(`${url}/v1/alerts`, {
    method: 'POST',
    headers: { ...asAlertmanager, 'content-type': 'application/json' },
    body: JSON.stringify(aWebhook(alerts.map(({ item }) => item))),
    signal: AbortSignal.timeout(8_000),
  });
  const body = (await answer.json()) as Record<string, unknown>;
  return { status: answer.status, retryAfter: answer.headers.get('retry-after'), body };
}
