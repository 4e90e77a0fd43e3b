import { isCancellation } from '@temporalio/workflow';
import type { ConversationReport } from '../domain/guard/conversations.ts';
import type { IncidentReport } from '../domain/guard/incidents.ts';
import type { Reason } from '../domain/run/reasons.ts';
import { reportIncident } from './activity-options.ts';
import { rootMessage } from './people.ts';
import { type Run, tell } from './run.ts';

/**
 * Tells the guard of a trouble that may be larger than this run. The run that speaks about it to people, where that is
 * another one: the first that reported it. A guard that does not answer leaves each run to speak for itself.
 */
export async function otherSpeaker(run: Run, report: IncidentReport | ConversationReport): Promise<string | undefined> {
  try {
    const { speaker } = await reportIncident({ cluster: run.alert.cluster, report });
    return speaker === run.id.workflowId ? undefined : speaker;
  } catch (error) {
    if (isCancellation(error)) throw error;
    tell(run, `the guard does not say which run asks a person: ${rootMessage(error)}`, { reason: 'guardUnavailable' });
    return undefined;
  }
}

/** The run that asks a person about a cluster that cannot be read, where that is another run. */
export async function spokenForBy(run: Run, reason: Reason): Promise<string | undefined> {
  if (reason !== 'clusterUnavailable') return undefined;
  return otherSpeaker(run, { key: 'clusterUnavailable', workflowId: run.id.workflowId });
}
