import type { Told } from '../bed.ts';
import type { ListedRun } from '../runs.ts';
import { type Summary, summaryOf } from '../statistics.ts';
import { type Fate, fates, type Judged, judge, mostWithin } from './judge.ts';
import type { Measured } from './measure.ts';

/** One way in which runs ended. */
export interface Ending {
  /** Outcome and reason; `early` was refused before anything was read. */
  name: string;
  runs: number;
  events: Summary;
}

/** Everything that the bench says, ready to be printed or kept. Times in milliseconds. */
export interface Findings {
  alerts: number;
  fates: Record<Fate, number>;
  /** First delivery → the last alert is decided. */
  allDecidedMs: number;
  /** First delivery of an alert → its run ended. */
  decision: Summary;
  requests: { total: number; held: number; repeated: number };
  /** Answers that were no 2xx, by Mendflow's code; `none` came without one, or not at all. */
  refusals: Record<string, number>;
  /** Answers 2xx, and all answers. */
  acknowledged: Summary;
  answered: Summary;
  endings: Ending[];
  /** Disruptive acts; the most within ten minutes; pods that were acted on more than once. */
  acts: { total: number; mostInTenMinutes: number; doubled: number };
  /** Messages that people got, by kind. */
  messages: Record<string, number>;
  breaker: { openedAfterMs: number; why: string } | undefined;
  guard: { events: number; runs: number; stateBytes: number; alerting: number };
  peakMegabytes: Measured['peakMegabytes'];
  spentSeconds: Measured['spentSeconds'];
  busy: Measured['busy'];
  /** Runs of the alerts that had more than one, a few of them, with when they began and ended after the start. */
  doubles: { workflowId: string; spans: [beganMs: number, endedMs: number][] }[];
}

const tenMinutesMs = 600_000;
const none = Object.fromEntries(fates.map((fate) => [fate, 0])) as Record<Fate, number>;

/** Joins what was sent, what Temporal holds, what the API server was asked and what people were told. */
export function findingsOf(measured: Measured, told: readonly Told[], cluster: string): Findings {
  const { startedMs, deliveries, runs, acts, guard, peakMegabytes, spentSeconds, busy } = measured;
  const judged = judge(deliveries, runs, cluster);
  const attempts = deliveries.flatMap((delivery) => delivery.attempts);
  const lasting = (own: typeof attempts) => summaryOf(own.map(({ sentAtMs, answeredAtMs }) => answeredAtMs - sentAtMs));
  const held = attempts.filter(({ status }) => status >= 200 && status < 300);
  const escalations = told.filter(({ notification }) => notification.kind === 'escalation');
  const ends = [...runs.flatMap(({ closedAtMs }) => closedAtMs ?? []), ...escalations.map(({ atMs }) => atMs)];
  const { storm, ...record } = guard;
  return {
    alerts: judged.length,
    fates: { ...none, ...tally(judged.map(({ fate }) => fate)) },
    allDecidedMs: Math.max(...ends) - startedMs,
    decision: summaryOf(judged.flatMap(({ run, sentAtMs }) => (run?.closedAtMs ? run.closedAtMs - sentAtMs : []))),
    requests: { total: attempts.length, held: held.length, repeated: attempts.length - deliveries.length },
    refusals: tally(attempts.filter((attempt) => !held.includes(attempt)).map(({ code = 'none' }) => code)),
    ...{ acknowledged: lasting(held), answered: lasting(attempts), endings: endingsOf(runs) },
    acts: {
      total: acts.length,
      mostInTenMinutes: mostWithin(
        acts.map(({ doneAtMs }) => doneAtMs),
        tenMinutesMs,
      ),
      doubled: acts.length - new Set(acts.map(({ namespace, pod }) => `${namespace}/${pod}`)).size,
    },
    messages: tally(told.map(({ notification }) => notification.kind)),
    breaker: storm && { openedAfterMs: storm.sinceMs - startedMs, why: storm.why },
    ...{ guard: record, peakMegabytes, spentSeconds, busy },
    doubles: doublesOf(judged, measured),
  };
}

/** How often each word stands in the list. */
const tally = (words: readonly string[]): Record<string, number> =>
  Object.fromEntries([...Map.groupBy(words, (word) => word)].map(([word, own]) => [word, own.length]));

function endingsOf(runs: readonly ListedRun[]): Ending[] {
  const nameOf = ({ closedAtMs, phase, outcome, reason, policy }: ListedRun) => {
    if (closedAtMs === undefined) return [`open, ${phase}`, reason ?? ''].join(' ').trim();
    const how = [outcome ?? 'no outcome', reason ?? ''].join(' ').trim();
    return reason === 'storm' && policy === undefined ? `${how}, early` : how;
  };
  return [...Map.groupBy(runs, nameOf)]
    .map(([name, own]) => ({ name, runs: own.length, events: summaryOf(own.map(({ events }) => events)) }))
    .sort((a, b) => b.runs - a.runs);
}

const doublesShown = 20;

function doublesOf(judged: readonly Judged[], { runs, startedMs }: Measured): Findings['doubles'] {
  const doubled = judged.filter(({ fate }) => fate === 'doubled').slice(0, doublesShown);
  return doubled.map(({ workflowId }) => {
    const own = runs.filter((run) => run.workflowId === workflowId);
    const spans = own.map((run): [number, number] => [
      run.startedAtMs - startedMs,
      (run.closedAtMs ?? Number.NaN) - startedMs,
    ]);
    return { workflowId, spans: spans.sort(([a], [b]) => a - b) };
  });
}

/** Whether nothing was lost or doubled, and the guard kept its word (G1, G5). */
export function isSafe({ fates, acts, messages }: Findings): boolean {
  const isExact = fates.lost + fates.doubled + fates.undelivered + fates.undecided === 0;
  return isExact && acts.mostInTenMinutes <= 15 && acts.doubled === 0 && messages.storm === 1;
}
