import { condition } from '@temporalio/workflow';
import { passesByItself } from '../domain/run/way-back.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { continueIfLong, mustWake } from './close.ts';
import { spokenForBy } from './conversation.ts';
import { rootMessage } from './failure.ts';
import { notifyReceivers, report } from './notify.ts';
import { enter, tell, waitFor } from './progress.ts';
import { type Escalation, type FinalResult, isGone, type NeedsPerson, resultOf } from './result.ts';
import { levelsOf, type Run } from './state.ts';
import { verify } from './verify.ts';

/** The last level is told again this often while nobody acknowledges. */
const reminderMs = 24 * 3_600_000;
/** The cluster is looked at this soon after news, then at twice the time, up to the longest. */
const firstCheckMs = 60_000;
const longestCheckMs = 30 * 60_000;
/** An alert that comes and goes is told no more often. */
const refiringMs = 10 * 60_000;
const tryingAgain = 'the reason may be over: trying again';
/** What joins within this is told together. */
const gatherMs = 30_000;
const joinedNamesKept = 50;

/**
 * Hands over: tells the first level, then the next while nobody acknowledges, and listens for as long as it is open.
 * Ends when a person says retry, when the workload is healthy or gone, or, with `retry`, when the reason has passed by
 * itself. Abort and take over interrupt it. A run that continued as new goes on with the escalation that it had.
 */
export async function handOver(run: Run, why: NeedsPerson): Promise<FinalResult | 'retry'> {
  const escalation = isSame(run, why) ? goOn(run, why) : open(run, why);
  for (;;) {
    if (isRetry(run)) return retry(run, { forgets: true });
    const nowMs = Date.now();
    if (isNewOfAlert(run, escalation)) heed(run, escalation, nowMs);
    if (run.mayLookAgain && escalation.why.reason === 'clusterUnavailable') {
      // Whether it can be read shows a look, and meanwhile people can answer.
      run.mayLookAgain = false;
      escalation.nextCheckAtMs = nowMs;
    }
    if (mayLookAgain(run, escalation, nowMs)) {
      tell(run, tryingAgain, { reason: escalation.why.reason });
      return retry(run, { forgets: false });
    }
    if (isLevelDue(run, escalation, nowMs) && !(await isSpokenFor(run, escalation, nowMs))) {
      tellLevel(run, escalation, nowMs);
    }
    if (isRefiringDue(run, escalation, nowMs)) tellRefiring(run, escalation, nowMs);
    if (isJoinedDue(run, escalation, nowMs)) tellJoined(run, escalation, nowMs);
    const end = await lookWhenDue(run, escalation, nowMs);
    // A retry that was taken while the run looked takes effect.
    if (end !== undefined && !isRetry(run)) return end === 'retry' ? retry(run, { forgets: true }) : end;
    await continueIfLong(run);
    await untilSomethingHappens(run, escalation);
  }
}

/** The same trouble as before a try that the run made by itself: people know of it. */
function isSame({ escalation, taken }: Run, { reason }: NeedsPerson): boolean {
  return escalation !== undefined && escalation.why.reason === reason && escalation.steps === taken;
}

function goOn(run: Run, why: NeedsPerson): Escalation {
  const escalation = { ...(run.escalation as Escalation), why };
  run.escalation = escalation;
  if (run.status.phase !== 'Escalated') {
    enter(run, 'Escalated', { Reason: why.reason });
    tell(run, `still: ${why.detail}`, { reason: why.reason });
  }
  return escalation;
}

function open(run: Run, why: NeedsPerson): Escalation {
  const { reason, detail } = why;
  enter(run, 'Escalated', { Reason: reason });
  run.status.reason = reason;
  delete run.status.acknowledgedBy;
  delete run.answer;
  delete run.status.currentStep;
  delete run.hold;
  run.mayLookAgain = false;
  tell(run, `a person is asked: ${detail}`, { reason });
  report(run, 'RemediationFailed', detail);
  const nowMs = Date.now();
  const { isResolved, refirings } = run.heard;
  run.escalation = {
    why,
    heeded: { isResolved, refirings },
    ...{ told: 0, nextLevelAtMs: nowMs, checked: 0, refirings, steps: run.taken },
    nextCheckAtMs: isResolved ? nowMs : nowMs + firstCheckMs,
  };
  return run.escalation;
}

/** Back to the first look at the cluster; a try of the run's own keeps the escalation, in case nothing has changed. */
function retry(run: Run, { forgets }: { forgets: boolean }): 'retry' {
  delete run.answer;
  run.mayLookAgain = false;
  if (forgets) delete run.escalation;
  enter(run, 'Verifying');
  return 'retry';
}

const isRetry = (run: Run) => run.answer?.verb === 'retry';

function mayLookAgain(run: Run, { why }: Escalation, nowMs: number): boolean {
  if (run.mayLookAgain && passesByItself(why.reason)) return true;
  return why.lookAgainAtMs !== undefined && nowMs >= why.lookAgainAtMs;
}

const isUnanswered = ({ status }: Run, { told }: Escalation) => told === 0 || status.acknowledgedBy === undefined;
const isLevelDue = (run: Run, escalation: Escalation, nowMs: number) =>
  isUnanswered(run, escalation) && nowMs >= escalation.nextLevelAtMs;

/** Whether another run asks people about the same trouble; whether it still does is asked again later. */
async function isSpokenFor(run: Run, escalation: Escalation, nowMs: number): Promise<boolean> {
  if (escalation.told > 0) return false;
  const speaker = await spokenForBy(run, escalation.why.reason);
  if (speaker === undefined) return false;
  tell(run, `${speaker} asks people about the cluster`);
  escalation.nextLevelAtMs = nowMs + longestCheckMs;
  return true;
}

/** The next level, or the last one again. */
function tellLevel(run: Run, escalation: Escalation, nowMs: number): void {
  const all = levelsOf(run);
  const isReminder = escalation.told >= all.length;
  const index = isReminder ? all.length - 1 : escalation.told;
  const level = all[index];
  if (level === undefined) return;
  const news = `nobody acknowledged for ${formatDuration(reminderMs)}`;
  if (isReminder) tell(run, `${news}; the last level is told again`);
  else if (index > 0) tell(run, `nobody of level ${index} acknowledged in time`);
  run.status.escalationLevel = index;
  const message = { kind: 'escalation', level: index, reason: escalation.why.reason, template: level.message } as const;
  const joined = newJoined(run, {});
  const more = isReminder ? news : joined.length > 0 ? joinedInWords(joined) : undefined;
  notifyReceivers(run, level.notify, more === undefined ? message : { ...message, news: more });
  if (escalation.told === 0) escalation.toldJoined = namesOf(joined);
  escalation.told = index + 1;
  const isLast = index === all.length - 1;
  escalation.nextLevelAtMs = nowMs + (isLast ? reminderMs : (level.acknowledgeWithin ?? reminderMs));
}

/** When the levels that know of it are told that the alert fires anew; undefined where there is nothing to tell. */
function refiringAtMs(run: Run, { refirings, toldFiringAtMs, told }: Escalation): number | undefined {
  if (run.isResolved || told === 0 || run.heard.refirings <= refirings) return undefined;
  return toldFiringAtMs === undefined ? 0 : toldFiringAtMs + refiringMs;
}

const isRefiringDue = (run: Run, escalation: Escalation, nowMs: number) =>
  nowMs >= (refiringAtMs(run, escalation) ?? Number.POSITIVE_INFINITY);

function tellRefiring(run: Run, escalation: Escalation, nowMs: number): void {
  const { told, why } = escalation;
  const receivers = levelsOf(run)
    .slice(0, told)
    .flatMap(({ notify }) => notify);
  const news = 'the alert was resolved and fires again';
  notifyReceivers(run, receivers, { kind: 'escalation', level: told - 1, reason: why.reason, news });
  escalation.refirings = run.heard.refirings;
  escalation.toldFiringAtMs = nowMs;
}

/** Alerts whose names people were not told yet. */
const newJoined = ({ alert, joined }: Run, { toldJoined = [] }: Pick<Escalation, 'toldJoined'>) =>
  joined.filter(({ alertname }) => alertname !== alert.alertname && !toldJoined.includes(alertname));

const namesOf = (joined: Run['joined']) => [...new Set(joined.map(({ alertname }) => alertname))];

function joinedInWords(joined: Run['joined']): string {
  const detail = joined.findLast(({ asks }) => asks !== undefined)?.asks?.detail;
  return `joined by ${namesOf(joined).join(', ')}${detail === undefined ? '' : ` (${detail})`}`;
}

/** When people are told what joined; alerts of one trouble come within seconds of each other, and are told together. */
function joinedAtMs(run: Run, escalation: Escalation): number | undefined {
  const [first] = newJoined(run, escalation);
  const { toldJoinedAtMs, told } = escalation;
  if (first === undefined || told === 0) return undefined;
  return Math.max(first.atMs + gatherMs, toldJoinedAtMs === undefined ? 0 : toldJoinedAtMs + refiringMs);
}

const isJoinedDue = (run: Run, escalation: Escalation, nowMs: number) =>
  nowMs >= (joinedAtMs(run, escalation) ?? Number.POSITIVE_INFINITY);

/** Who knows of the escalation gets an update; whom only the alert that joined would have told hears of it for the first time. */
function tellJoined(run: Run, escalation: Escalation, nowMs: number): void {
  const joined = newJoined(run, escalation);
  const names = namesOf(joined);
  const news = joinedInWords(joined);
  const { reason } = escalation.why;
  const known = [...run.notified];
  const others = joined.flatMap(({ asks }) => asks?.notify ?? []).filter((receiver) => !known.includes(receiver));
  notifyReceivers(run, known, { kind: 'update', level: escalation.told - 1, reason, news });
  notifyReceivers(run, others, { kind: 'escalation', level: 0, reason, news });
  escalation.toldJoined = [...(escalation.toldJoined ?? []), ...names].slice(-joinedNamesKept);
  escalation.toldJoinedAtMs = nowMs;
}

/** The end of the escalation, where a live look shows that the workload is healthy or gone. */
async function lookWhenDue(
  run: Run,
  escalation: Escalation,
  nowMs: number,
): Promise<FinalResult | 'retry' | undefined> {
  if (nowMs < escalation.nextCheckAtMs) return undefined;
  const isFirstLook = run.plan === undefined;
  try {
    const assessment = await verify(run);
    delete escalation.isUnreadable;
    if (assessment.kind === 'recovered') {
      const { reason, detail } = assessment;
      return { kind: 'recovered', reason, detail };
    }
    if (assessment.kind === 'actionable') {
      if (!isFirstLook && escalation.why.reason !== 'clusterUnavailable') return undefined;
      tell(run, tryingAgain, { reason: escalation.why.reason });
      return 'retry';
    }
    const { reason, detail } = assessment;
    if (isGone(reason)) return { kind: 'notActionable', reason, detail };
    if (!isFirstLook) return undefined;
    // Nobody had seen the workload so far. Now it is known whether there is anything to do.
    const result = resultOf(run, assessment);
    return result.kind === 'needsPerson' ? undefined : result;
  } catch (error) {
    if (run.stop !== undefined) throw error;
    if (escalation.isUnreadable === undefined)
      tell(run, `the cluster could not be read: ${rootMessage(error)}`, { reason: 'clusterUnavailable' });
    escalation.isUnreadable = true;
    return undefined;
  } finally {
    escalation.nextCheckAtMs = Date.now() + Math.min(longestCheckMs, firstCheckMs * 2 ** escalation.checked);
    escalation.checked += 1;
  }
}

const isNewOfAlert = ({ heard }: Run, { heeded }: Escalation) =>
  heard.isResolved !== heeded.isResolved || heard.refirings !== heeded.refirings;

/** What Alertmanager says is looked into at once where it is good news, and soon where it is not. */
function heed({ heard }: Run, escalation: Escalation, nowMs: number): void {
  const { isResolved, refirings } = heard;
  escalation.heeded = { isResolved, refirings };
  escalation.checked = 0;
  escalation.nextCheckAtMs = isResolved ? nowMs : nowMs + firstCheckMs;
}

/** Sleeps until the next level or look is due, or somebody says something new. */
async function untilSomethingHappens(run: Run, escalation: Escalation): Promise<void> {
  const { acknowledgedBy } = run.status;
  const due = [
    escalation.nextCheckAtMs,
    ...(isUnanswered(run, escalation) ? [escalation.nextLevelAtMs] : []),
    ...[escalation.why.lookAgainAtMs, refiringAtMs(run, escalation), joinedAtMs(run, escalation)].filter(
      (atMs) => atMs !== undefined,
    ),
  ];
  const restMs = Math.max(1, Math.min(...due) - Date.now());
  waitFor(run, acknowledgedBy === undefined ? 'a person' : `${acknowledgedBy}, who acknowledged`, { ms: restMs });
  const isAnswered = () => isRetry(run) || run.mayLookAgain || run.status.acknowledgedBy !== acknowledgedBy;
  const joined = joinedAtMs(run, escalation);
  const isNew = () => isNewOfAlert(run, escalation) || joinedAtMs(run, escalation) !== joined;
  await condition(() => isAnswered() || isNew() || mustWake(run), restMs);
}
