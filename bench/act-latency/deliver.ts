import { type Agent, request } from 'undici';
import { fingerprintOf } from '../../domain/alert/fingerprint.ts';
import { remediationWorkflowId } from '../../domain/run/contract.ts';
import { preciseNowMs } from '../clock.ts';
import { type Bed, namespace } from './bed.ts';
import type { Sample, Sent } from './sample.ts';

const alertname = 'PodCrashLooping';

const labelsOf = ({ pod }: Sample) => ({ alertname, namespace, pod, severity: 'critical' });

/** The workflow id of the run that the sample's alert starts. */
export function runOf({ sandbox }: Bed, sample: Sample): string {
  return remediationWorkflowId({ cluster: sandbox.cluster, alertname, fingerprint: fingerprintOf(labelsOf(sample)) });
}

function bodyOf(sample: Sample): string {
  const labels = labelsOf(sample);
  const alert = { status: 'firing', labels, annotations: {}, fingerprint: fingerprintOf(labelsOf(sample)) };
  const times = { startsAt: new Date().toISOString(), endsAt: '0001-01-01T00:00:00Z' };
  return JSON.stringify({
    ...{ version: '4', groupKey: `{}:{namespace="${namespace}"}`, truncatedAlerts: 0, status: 'firing' },
    ...{ receiver: 'bench', groupLabels: { namespace }, commonLabels: labels, commonAnnotations: {} },
    ...{ externalURL: 'http://alertmanager.example', alerts: [{ ...alert, ...times }] },
  });
}

/** Sends the sample's alert to its contender, as Alertmanager would; resolves with the answer whatever it is. */
export async function deliver(
  { product, baselineUrl }: Bed,
  sample: Sample,
  dispatcher: Agent,
): Promise<Omit<Sent, 'busyBefore'>> {
  const url = sample.contender === 'mendflow' ? `${product.url}/webhook` : baselineUrl;
  const body = bodyOf(sample);
  const headers = { authorization: `Bearer ${product.intakeToken}`, 'content-type': 'application/json' };
  const sentAtMs = preciseNowMs();
  const answer = await request(url, { method: 'POST', headers, body, dispatcher });
  await answer.body.dump();
  return { ...sample, sentAtMs, answeredAtMs: preciseNowMs(), status: answer.statusCode };
}
