import { isCancellation } from '@temporalio/workflow';
import type { Reason } from '../domain/reasons.ts';
import { reportIncident } from './activity-options.ts';
import { type Run, tell } from './run.ts';

/**
 * Who asks a person about a cluster that cannot be read, where that is another run; undefined where this run has to.
 * The first run that reports it speaks for all; a guard that does not answer leaves each run to speak for itself.
 */
export async function spokenForBy(run: Run, reason: Reason): Promise<{ spokenForBy: string } | undefined> {
  if (reason !== 'clusterUnavailable') return undefined;
  const { cluster } = run.alert;
  const { workflowId } = run.id;
  try {
    const { speaker } = await reportIncident({ cluster, report: { key: 'clusterUnavailable', workflowId } });
    return speaker === workflowId ? undefined : { spokenForBy: speaker };
  } catch (error) {
    if (isCancellation(error)) throw error;
    tell(run, 'the guard does not say who speaks about the cluster', { reason: 'guardUnavailable' });
    return undefined;
  }
}
