import { condition } from '@temporalio/workflow';
import { formatDuration } from '../domain/duration.ts';
import type { Closing, Ending } from './ending.ts';
import { report, tellPeople } from './people.ts';
import { enter, type Run, tell, waitFor } from './run.ts';
import { verify } from './verify.ts';

/** A run waits this long for a person; Temporal keeps its record longer than that only by the namespace's retention. */
const longestMs = 24 * 3_600_000;
/** "Resolved" is looked into this often, until the workload is healthy. */
const recheckMs = 60_000;
const rechecks = 10;

type NeedsPerson = Extract<Ending, { kind: 'needsPerson' }>;

/**
 * Hands over: tells the first level, climbs to the next while nobody acknowledges, and then waits. Ends when a person
 * says retry, when the alert resolved and the workload is healthy, or after a day. Abort and take over interrupt it.
 */
export async function handOver(run: Run, why: NeedsPerson): Promise<Closing | 'retry'> {
  enter(run, 'Escalated', { Reason: why.reason });
  delete run.status.acknowledgedBy;
  delete run.answer;
  delete run.status.currentStep;
  tell(run, `a person is asked: ${why.detail}`, { reason: why.reason });
  report(run, 'RemediationFailed', why.detail);

  const untilMs = Date.now() + longestMs;
  await climbLevels(run, why);
  for (let checked = 0; ; ) {
    if (isRetry(run)) return 'retry';
    const restMs = untilMs - Date.now();
    if (restMs <= 0)
      return {
        kind: 'escalated',
        reason: why.reason,
        detail: `${why.detail}; nobody answered for ${formatDuration(longestMs)}`,
      };
    waitFor(
      run,
      run.status.acknowledgedBy === undefined ? 'a person' : `${run.status.acknowledgedBy}, who acknowledged`,
      { ms: restMs },
    );
    if (!run.isResolved || checked >= rechecks) {
      await condition(() => isRetry(run) || (run.isResolved && checked < rechecks), restMs);
      continue;
    }
    checked++;
    const healthy = await whenHealthy(run);
    if (healthy !== undefined) return healthy;
    await condition(() => isRetry(run), recheckMs);
  }
}

async function climbLevels(run: Run, why: NeedsPerson): Promise<void> {
  for (const [level, { notify, acknowledgeWithin }] of (run.plan?.escalation ?? []).entries()) {
    run.status.escalationLevel = level;
    tellPeople(run, notify, { kind: 'escalation', level, reason: why.reason });
    if (acknowledgeWithin === undefined) return;
    waitFor(run, `somebody of level ${level + 1} to acknowledge`, { ms: acknowledgeWithin });
    const isHeard = await condition(
      () => run.status.acknowledgedBy !== undefined || isRetry(run) || run.isResolved,
      acknowledgeWithin,
    );
    if (isHeard) return;
    tell(run, `nobody of level ${level + 1} acknowledged within ${formatDuration(acknowledgeWithin)}`);
  }
}

const isRetry = (run: Run) => run.answer?.verb === 'retry';

/** The end of the run when the workload is healthy after all; a cluster that cannot be read says nothing. */
async function whenHealthy(run: Run): Promise<Closing | undefined> {
  try {
    const assessment = await verify(run);
    if (assessment.kind === 'recovered')
      return { kind: 'recovered', reason: assessment.reason, detail: assessment.detail };
  } catch (error) {
    if (run.stop !== undefined) throw error;
    tell(run, 'the cluster could not be read after the alert resolved', { reason: 'clusterUnavailable' });
  }
  return undefined;
}
