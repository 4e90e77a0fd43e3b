import { SandboxError } from '../sandbox-error.ts';
import type { Setup } from './setup.ts';

/** Sends an alert as Alertmanager would; for machines where it cannot be had. Rejects unless it was taken. */
export async function deliver({ product }: Pick<Setup, 'product'>, labels: Record<string, string>): Promise<void> {
  const alert = { status: 'firing', labels, annotations: {}, startsAt: new Date().toISOString() };
  const { alertname = '', namespace = '' } = labels;
  const body = {
    ...{ version: '4', groupKey: `{}:{alertname="${alertname}"}`, truncatedAlerts: 0, status: 'firing' },
    ...{ receiver: 'mendflow', groupLabels: { alertname, namespace }, commonLabels: labels, commonAnnotations: {} },
    ...{ externalURL: 'http://alertmanager.example', alerts: [{ ...alert, endsAt: '0001-01-01T00:00:00Z' }] },
  };
  const answer = await fetch(`${product.url}/webhook`, {
    method: 'POST',
    headers: { authorization: `Bearer ${product.intakeToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status !== 202) throw new SandboxError(`the webhook answered ${answer.status}: ${await answer.text()}`);
}
