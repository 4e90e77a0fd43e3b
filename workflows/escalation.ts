import { condition } from '@temporalio/workflow';
import { fallbackReceiver } from '../domain/contract.ts';
import { formatDuration } from '../domain/duration.ts';
import type { EscalationLevel } from '../domain/policy.ts';
import type { Closing, Ending } from './ending.ts';
import { report, rootMessage, tellPeople } from './people.ts';
import { enter, type Run, tell, waitFor } from './run.ts';
import { verify } from './verify.ts';

/** A run waits this long for a person. */
const longestMs = 24 * 3_600_000;
/** "Resolved" is looked into this often, until the workload is healthy. */
const recheckMs = 60_000;
const rechecks = 10;

type NeedsPerson = Extract<Ending, { kind: 'needsPerson' }>;

/** Where an escalation stands. */
interface Escalation {
  why: NeedsPerson;
  untilMs: number;
  /** Levels told so far. */
  told: number;
  /** When the next level is told, unless somebody acknowledges. */
  nextLevelAtMs: number;
  checked: number;
  nextCheckAtMs: number;
}

/**
 * Hands over: tells the first level, climbs to the next while nobody acknowledges, and waits. Ends when a person says
 * retry, when the alert resolved and the workload is healthy, or after a day. Abort and take over interrupt it.
 */
export async function handOver(run: Run, why: NeedsPerson): Promise<Closing | 'retry'> {
  open(run, why);
  const startedMs = Date.now();
  const escalation: Escalation = {
    why,
    untilMs: startedMs + longestMs,
    told: 0,
    nextLevelAtMs: startedMs,
    checked: 0,
    nextCheckAtMs: startedMs,
  };
  for (;;) {
    if (isRetry(run)) return 'retry';
    const nowMs = Date.now();
    if (nowMs >= escalation.untilMs) return silence(why);
    if (isLevelDue(run, escalation, nowMs)) tellLevel(run, escalation, nowMs);
    const healthy = await lookIntoResolved(run, escalation, nowMs);
    if (healthy !== undefined) return healthy;
    await untilSomethingHappens(run, escalation);
  }
}

function open(run: Run, { reason, detail }: NeedsPerson): void {
  enter(run, 'Escalated', { Reason: reason });
  run.status.reason = reason;
  delete run.status.acknowledgedBy;
  delete run.answer;
  delete run.status.currentStep;
  tell(run, `a person is asked: ${detail}`, { reason });
  report(run, 'RemediationFailed', detail);
}

const isRetry = (run: Run) => run.answer?.verb === 'retry';

function silence({ reason, detail }: NeedsPerson): Closing {
  return { kind: 'escalated', reason, detail: `${detail}; nobody answered for ${formatDuration(longestMs)}` };
}

/** Without a policy that says whom, somebody still has to hear of it. */
const levels = (run: Run): EscalationLevel[] =>
  run.plan === undefined || run.plan.escalation.length === 0 ? [{ notify: [fallbackReceiver] }] : run.plan.escalation;
const hasNextLevel = (run: Run, { told }: Escalation) =>
  told < levels(run).length && (told === 0 || run.status.acknowledgedBy === undefined);
const isLevelDue = (run: Run, escalation: Escalation, nowMs: number) =>
  hasNextLevel(run, escalation) && nowMs >= escalation.nextLevelAtMs;

function tellLevel(run: Run, escalation: Escalation, nowMs: number): void {
  const { told, why } = escalation;
  const level = levels(run)[told];
  if (level === undefined) return;
  if (told > 0) tell(run, `nobody of level ${told} acknowledged in time`);
  run.status.escalationLevel = told;
  tellPeople(run, level.notify, { kind: 'escalation', level: told, reason: why.reason, template: level.message });
  escalation.told += 1;
  escalation.nextLevelAtMs = nowMs + (level.acknowledgeWithin ?? longestMs);
}

const mayCheck = (run: Run, { checked }: Escalation) => run.isResolved && checked < rechecks;

/** The end of the run when Alertmanager says resolved and the workload is healthy indeed; a cluster that cannot be read says nothing. */
async function lookIntoResolved(run: Run, escalation: Escalation, nowMs: number): Promise<Closing | undefined> {
  if (!mayCheck(run, escalation) || nowMs < escalation.nextCheckAtMs) return undefined;
  escalation.checked += 1;
  escalation.nextCheckAtMs = nowMs + recheckMs;
  try {
    const assessment = await verify(run);
    if (assessment.kind === 'recovered') {
      const { reason, detail } = assessment;
      return { kind: 'recovered', reason, detail };
    }
  } catch (error) {
    if (run.stop !== undefined) throw error;
    tell(run, `the cluster could not be read: ${rootMessage(error)}`, { reason: 'clusterUnavailable' });
  }
  return undefined;
}

/** Sleeps until the next level, check or end is due, or somebody says something new. */
async function untilSomethingHappens(run: Run, escalation: Escalation): Promise<void> {
  const { acknowledgedBy } = run.status;
  const { isResolved } = run;
  const due = [
    escalation.untilMs,
    ...(hasNextLevel(run, escalation) ? [escalation.nextLevelAtMs] : []),
    ...(mayCheck(run, escalation) ? [escalation.nextCheckAtMs] : []),
  ];
  const restMs = Math.max(1, Math.min(...due) - Date.now());
  waitFor(run, acknowledgedBy === undefined ? 'a person' : `${acknowledgedBy}, who acknowledged`, { ms: restMs });
  const isNews = () => run.status.acknowledgedBy !== acknowledgedBy || run.isResolved !== isResolved;
  await condition(() => isRetry(run) || isNews(), restMs);
}
