import { fingerprintOf } from '../domain/alert/fingerprint.ts';
import { remediationWorkflowId } from '../domain/run/contract.ts';

/** An alert as a webhook carries it. */
export interface SentAlert {
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  fingerprint: string;
  /** RFC 3339. */
  startsAt: string;
  endsAt: string;
}

/** How Alertmanager writes "not yet". */
const never = '0001-01-01T00:00:00Z';

/** A firing alert, with the fingerprint that Alertmanager gives to its labels. */
export function firing(labels: Record<string, string>, startedMs: number): SentAlert {
  const startsAt = new Date(startedMs).toISOString();
  return { status: 'firing', labels, fingerprint: fingerprintOf(labels), startsAt, endsAt: never };
}

/** The workflow id of the run that the alert starts. */
export function runIdOf({ labels, fingerprint }: SentAlert, cluster: string): string {
  return remediationWorkflowId({ cluster, alertname: labels.alertname ?? '', fingerprint });
}

/** Body of a webhook of version 4, as Alertmanager writes it for one of its groups. */
export function webhookOf(groupLabels: Record<string, string>, alerts: readonly SentAlert[]): string {
  const status = alerts.some((alert) => alert.status === 'firing') ? 'firing' : 'resolved';
  return JSON.stringify({
    ...{ version: '4', groupKey: `{}:${JSON.stringify(groupLabels)}`, truncatedAlerts: 0, status, receiver: 'bench' },
    ...{ groupLabels, commonLabels: groupLabels, commonAnnotations: {} },
    externalURL: 'http://alertmanager.example',
    alerts: alerts.map((alert) => ({ ...alert, annotations: { summary: 'as a rule would word it' } })),
  });
}
