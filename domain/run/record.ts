import type { RemediationReport } from './outcome.ts';
import type { Reason } from './reasons.ts';

/** An ended run as it can be judged again. Times are RFC 3339 UTC. */
export interface RunRecord
  extends Pick<
    RemediationReport,
    | 'alertname'
    | 'fingerprint'
    | 'outcome'
    | 'reason'
    | 'policy'
    | 'target'
    | 'steps'
    | 'segments'
    | 'wouldHave'
    | 'recorded'
  > {
  id: string;
  runId: string;
  startedAt: string;
  closedAt: string;
  /** Why a person was asked for help, the first time; the run may have ended with another reason. */
  escalatedFor?: Reason;
}

/** The record of an ended run: its report without timeline and evidence. */
export function recordOf(
  run: Pick<RunRecord, 'id' | 'runId' | 'startedAt' | 'closedAt'>,
  report: RemediationReport,
): RunRecord {
  const { alertname, fingerprint, outcome, steps, segments } = report;
  const { reason, policy, target, wouldHave, recorded, timeline } = report;
  const escalatedFor = timeline.find(({ phase, reason }) => phase === 'Escalated' && reason !== undefined)?.reason;
  return {
    ...run,
    ...{ alertname, fingerprint, outcome, steps, segments },
    ...(reason && { reason }),
    ...(policy && { policy }),
    ...(target && { target }),
    ...(wouldHave && { wouldHave }),
    ...(recorded && { recorded }),
    ...(escalatedFor && { escalatedFor }),
  };
}
