import { isCancellation, workflowInfo } from '@temporalio/workflow';
import type { Alert } from '../domain/alert/alert.ts';
import { type Explanation, requestOf } from '../domain/analysis/explain.ts';
import { type Asked, wouldDo } from '../domain/analysis/would.ts';
import { clusterActivities, judgeGuards } from './activity-options.ts';
import { rootMessage } from './people.ts';

/** The alert to explain, as the intake reads it. */
export interface ExplanationInput {
  alert: Alert;
}

/**
 * What would become of an alert at this moment: a live look at the cluster, and each guard's word over a copy of its
 * state. Changes nothing: no lease, no sighting, no metric. Fails when no worker of the cluster looks in time.
 */
export async function explanation({ alert }: ExplanationInput): Promise<Explanation> {
  const look = await clusterActivities(alert.cluster).explain({ alert });
  const { workflowId, runId } = workflowInfo();
  const request = requestOf(look, { workflowId, runId });
  const asked: Asked = request === undefined ? { guards: [] } : await askGuards(alert.cluster, request);
  return { ...look, ...asked, guards: [...asked.guards], would: wouldDo(look, asked) };
}

/** The rest of an explanation is worth something without them. */
async function askGuards(cluster: string, request: NonNullable<ReturnType<typeof requestOf>>): Promise<Asked> {
  try {
    return { guards: await judgeGuards({ cluster, request }) };
  } catch (error) {
    if (isCancellation(error)) throw error;
    return { guards: [], guardsNote: `it does not answer (${rootMessage(error)})` };
  }
}
