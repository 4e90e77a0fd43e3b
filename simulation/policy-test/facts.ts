import type { RunStatus } from '../../domain/run/status.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import type { Expectation, RunExpectation } from './format/expectation.ts';
import { type Place, placeInWords } from './format/fields.ts';
import type { Played, PlayedAct, PlayedRun } from './play.ts';

/** One thing that may be expected of an item; undefined: it is not compared. */
export interface Fact {
  name: string;
  expected: string | undefined;
  actual: string;
}

type Item<List extends keyof Expectation> = NonNullable<Expectation[List]>[number];
type Told = Played['told'][number];

/** Times are compared to this: an exact one would be about our own pace, not about the policy. */
const toleranceMs = 10_000;

const nothing = 'none';
const list = (items: readonly string[]) => (items.length === 0 ? nothing : items.join(', '));

/** What is expected of a run, beside what came. */
export function runFacts(expected: RunExpectation, actual?: PlayedRun): Fact[] {
  const { alert, about, policy, outcome, reason, phase, steps, refused, wouldHave, closed } = expected;
  const came = actual && cameOf(actual);
  const fact = (name: string, wanted: string | undefined, is = nothing): Fact => ({
    name,
    expected: wanted,
    actual: is,
  });
  return [
    fact('alert', alert, came?.alert),
    placeFact('about', about, actual),
    fact('policy', policy, came?.policy),
    fact('outcome', outcome, came?.outcome),
    fact('reason', reason, came?.reason),
    fact('phase', phase, came?.phase),
    fact('steps', steps && list(steps.map(({ action, result }) => `${action} ${result}`)), came?.steps),
    fact('refused', refused && list(refused), came?.refused),
    fact('wouldHave', wouldHave && `${wouldHave.action} ${wouldHave.verdict}`, came?.wouldHave),
    timeFact('closed', closed, came?.closedMs),
  ];
}

function cameOf({ view, startMs }: PlayedRun) {
  const { status, report, alert, closedAtMs } = view;
  const { wouldHave } = status;
  return {
    alert: alert.alertname,
    policy: status.policy,
    outcome: report?.outcome ?? (closedAtMs === undefined ? 'running' : 'ended without a report'),
    reason: status.reason,
    phase: status.phase,
    steps: list(status.steps.map(({ action, result }) => `${action} ${result}`)),
    refused: list(refusedBy(status)),
    wouldHave: wouldHave && `${wouldHave.action} ${wouldHave.verdict}`,
    closedMs: closedAtMs === undefined ? undefined : closedAtMs - startMs,
  };
}

/** The reasons of the guard's verdicts that were no grant; one that is given again and again counts once. */
function refusedBy({ verdicts }: RunStatus): string[] {
  const reasons = verdicts.flatMap(({ verdict, reason }) => (verdict === 'grant' ? [] : [reason ?? verdict]));
  return reasons.filter((reason, index) => reason !== reasons[index - 1]);
}

/** A run as one line. */
export function runInWords(run: PlayedRun): string {
  const { alert, outcome, reason, steps } = cameOf(run);
  const why = reason === undefined ? '' : ` (${reason})`;
  return `${alert} about ${cameAt(undefined, run)}: ${outcome}${why}, steps ${steps}`;
}

/** What is expected of a change of the cluster, beside what came. */
export function actFacts({ at, action, undo, on }: Item<'acts'>, actual?: PlayedAct): Fact[] {
  const expected = actionInWords({ action, isUndo: undo === true });
  return [
    { name: 'action', expected, actual: actual === undefined ? nothing : actionInWords(actual) },
    placeFact('on', on, actual),
    timeFact('at', at, actual?.atMs),
  ];
}

const actionInWords = ({ action, isUndo }: Pick<PlayedAct, 'action' | 'isUndo'>) =>
  isUndo ? `undo of ${action}` : action;

/** A change as one line. */
export const actInWords = (act: PlayedAct): string =>
  `${actionInWords(act)} on ${cameAt(undefined, act)} at ${formatDuration(act.atMs)}`;

/** What is expected of a message, beside what came. */
export function toldFacts({ at, receiver, kind }: Item<'told'>, actual?: Told): Fact[] {
  return [
    { name: 'receiver', expected: receiver, actual: actual?.receiver ?? nothing },
    { name: 'kind', expected: kind, actual: actual?.kind ?? nothing },
    timeFact('at', at, actual?.atMs),
  ];
}

/** A message as one line. */
export const toldInWords = ({ receiver, kind, atMs }: Told): string => `${receiver} ${kind} at ${formatDuration(atMs)}`;

function timeFact(name: string, expectedMs: number | undefined, actualMs: number | undefined): Fact {
  const expected = expectedMs === undefined ? undefined : formatDuration(expectedMs);
  const isNear = expectedMs !== undefined && actualMs !== undefined && Math.abs(expectedMs - actualMs) <= toleranceMs;
  if (isNear && expected !== undefined) return { name, expected, actual: expected };
  return { name, expected, actual: actualMs === undefined ? nothing : formatDuration(actualMs) };
}

interface Placed {
  workload?: string;
  pod?: number;
}

const placeFact = (name: string, place: Place | undefined, actual: Placed | undefined): Fact => ({
  name,
  expected: place && placeInWords(place),
  actual: cameAt(place, actual),
});

/** Where it came, written as far as the expectation writes it: without kind, without pod. */
function cameAt(place: Place | undefined, { workload, pod }: Placed = {}): string {
  if (workload === undefined) return 'nothing that is there';
  const [namespace, kind, name] = workload.split('/');
  const isExact = place === undefined;
  const parts = [
    namespace,
    isExact || place.kind !== undefined || kind === 'Node' ? kind : undefined,
    name,
    isExact || place.pod !== undefined ? pod : undefined,
  ];
  return parts.filter((part) => part !== undefined && part !== '').join('/');
}
