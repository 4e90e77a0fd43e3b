import { type RemediationReport, type TimelineEntry, whyEnded } from '../run/outcome.ts';
import type { RunStatus } from '../run/status.ts';
import { targetLabel } from '../target/target.ts';
import { formatDuration } from '../text/duration.ts';

/** A run that was played until it acts, waits or ends. */
export interface PlayedUntilNow {
  /** How long that took, ms. */
  afterMs: number;
  /** When it came to that, Unix ms. */
  nowMs: number;
  status: RunStatus;
  /** Absent while it runs. */
  report?: RemediationReport;
}

/** What a run of the alert would do at this moment: what the played one did, in words. */
export function wouldInWords(played: PlayedUntilNow): string {
  const { afterMs, status } = played;
  const later = afterMs < 1_000 ? '' : `In ${formatDuration(afterMs)}: `;
  return [...passedOver(status), `${later}${inHand(played)}`].join(' ');
}

/** Steps that the guard or the cluster refused, so that the run went on with the next one. */
function passedOver({ timeline, verdicts, reason }: RunStatus): string[] {
  const isHold = ({ what }: TimelineEntry) =>
    verdicts.some((given) => given.verdict === 'hold' && what.endsWith(given.detail ?? ''));
  const isOfStep = ({ phase }: TimelineEntry) => phase !== 'Escalated' && phase !== 'Closed';
  return timeline
    .filter((line) => line.reason !== undefined && line.reason !== reason && isOfStep(line) && !isHold(line))
    .map((line) => `It would not take a step (${line.reason}): ${line.what}.`);
}

function inHand({ status, report, nowMs }: PlayedUntilNow): string {
  if (report !== undefined) return ended(status, report);
  const { phase, question, waitingFor, nextTimerAt, timeline } = status;
  if (question !== undefined) return asked(status, question);
  switch (phase) {
    case 'Remediating':
    case 'AwaitingHealthy':
      return `It would ${act(status)}.`;
    case 'Escalated':
      return `It would ask a person for help (${status.reason}): ${helpFor(timeline)}.`;
    default: {
      const again =
        nextTimerAt === undefined ? '' : `; it looks again in ${formatDuration(Date.parse(nextTimerAt) - nowMs)}`;
      return `It would wait for ${waitingFor}${again}.`;
    }
  }
}

/** The line with which it asks. */
function helpFor(timeline: RunStatus['timeline']): string {
  const line = timeline.find(({ phase, reason }) => phase === 'Escalated' && reason !== undefined);
  return (line?.what ?? '').replace(/^a person is asked: /, '');
}

function ended({ mode }: RunStatus, report: RemediationReport): string {
  const { outcome, reason, mergedInto, wouldHave } = report;
  if (mergedInto !== undefined) return `It would join ${mergedInto}, which holds the workload.`;
  const why = whyEnded(report);
  if (wouldHave !== undefined) return `It would only write this down (mode ${mode}): ${why}.`;
  return `Nothing would be done (${reason ?? outcome}): ${why}.`;
}

function asked(status: RunStatus, { approvalsNeeded, askedAt, expiresAt }: NonNullable<RunStatus['question']>): string {
  const people = approvalsNeeded === 2 ? 'two people' : 'a person';
  const atMost = formatDuration(Date.parse(expiresAt) - Date.parse(askedAt));
  return `It would ask ${people} for ${atMost} at most, and after approval ${act(status)}.`;
}

/** The step in hand, and those after it. */
function act({ ladder, currentStep = 0, target }: RunStatus): string {
  const [step, ...others] = ladder.slice(currentStep);
  const on = target === undefined ? '' : ` on ${targetLabel(target)}`;
  const within =
    step === undefined ? '' : `, and wait at most ${formatDuration(step.withinMs)} until the workload is healthy`;
  const later = others.map(({ action }) => action).join(', then ');
  return `${step?.action}${on}${within}${later === '' ? '' : `; if that does not heal it: ${later}`}`;
}
