import { type Cell, table } from '../table.ts';
import type { Findings } from './findings.ts';

/** What must be reached. */
export const targets = {
  ...{ allDecidedSeconds: 300, apiMegabytes: 256, workerMegabytes: 768, earlyEvents: 8 },
} as const;

type Row = [name: string, target: Cell, measured: Cell, word: string];

const word = (isMet: boolean) => (isMet ? 'met' : 'missed');
const atMost = (name: string, target: number, measured: number): Row => {
  return [name, `≤ ${target}`, measured, word(measured <= target)];
};
const exactly = (name: string, target: number, measured: number): Row => {
  return [name, target, measured, word(measured === target)];
};

function verdicts({ fates, acts, messages, endings, peakMegabytes, allDecidedMs }: Findings): Row[] {
  const eventsOf = (name: string) => endings.find((ending) => ending.name === name)?.events.p50 ?? Number.NaN;
  return [
    atMost('all decided, s', targets.allDecidedSeconds, allDecidedMs / 1_000),
    exactly('lost', 0, fates.lost + fates.undelivered + fates.undecided),
    exactly('doubled', 0, fates.doubled),
    atMost('disruptive acts in any 10 min', 15, acts.mostInTenMinutes),
    exactly('pods acted on twice', 0, acts.doubled),
    exactly('summary messages of the storm', 1, messages.storm ?? 0),
    atMost('api, peak MB', targets.apiMegabytes, peakMegabytes.api),
    atMost('worker, peak MB', targets.workerMegabytes, peakMegabytes.worker),
    // Each repeat of a delivery that comes before the run has ended adds one.
    atMost('history events of a run refused early, p50', targets.earlyEvents, eventsOf('denied storm, early')),
  ];
}

const counts = (figures: Record<string, number>) =>
  Object.entries(figures)
    .map(([name, count]) => `${name} ${count}`)
    .join(', ') || 'none';

const percent = (share: number) => `${Math.round(share * 100)} %`;
const seconds = (ms: number) => ms / 1_000;

/** The tables that people read. */
export function printed(findings: Findings): string {
  const { requests, acknowledged, answered, decision, breaker, guard, messages, busy } = findings;
  const opened =
    breaker && `the breaker opened ${seconds(breaker.openedAfterMs).toFixed(1)} s after the first delivery`;
  return [
    table(['', 'target', 'measured', ''], verdicts(findings)),
    '',
    `${requests.total} deliveries: ${requests.held} held, ${requests.repeated} repeats; refused: ${counts(findings.refusals)}`,
    table(
      ['', 'p50', 'p99', 'max'],
      [
        ['held deliveries answered, ms', acknowledged.p50, acknowledged.p99, acknowledged.max],
        ['all deliveries answered, ms', answered.p50, answered.p99, answered.max],
        ['first delivery → alert decided, s', ...[decision.p50, decision.p99, decision.max].map(seconds)],
      ],
    ),
    '',
    'How the runs ended, and their history events',
    table(
      ['', 'runs', 'events p50', 'max'],
      findings.endings.map(({ name, runs, events }) => [name, runs, events.p50, events.max]),
    ),
    '',
    breaker === undefined ? 'The breaker is closed.' : `${opened}: ${breaker.why}`,
    `guard: ${guard.events} events in ${guard.runs} runs, state ${guard.stateBytes} bytes, ${guard.alerting} workloads alerting`,
    `messages to people: ${counts(messages)}`,
    '',
    `Processor time until all was decided, in s (processors busy ${percent(busy.share)}, by these ${percent(busy.ours)})`,
    table(['', 'spent'], Object.entries(findings.spentSeconds)),
  ].join('\n');
}
