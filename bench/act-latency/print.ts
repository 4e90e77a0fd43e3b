import { type Cell, table } from '../table.ts';
import type { Judged } from './acts.ts';
import type { Findings, Standing } from './findings.ts';
import type { SeenRun } from './history.ts';

/** What must be reached, in milliseconds and megabytes. */
export const targets = { p50Ms: 100, p99Ms: 250, apiMegabytes: 150, workerMegabytes: 350 } as const;

/** Megabytes of the product's processes while nothing happens. */
export interface Memory {
  when: string;
  api: number;
  worker: number;
}

const word = (isMet: boolean) => (isMet ? 'met' : 'missed');

function standings([mendflow, baseline]: readonly Standing[]): string {
  const row = ({ contender, act, fates }: Standing): Cell[] => [
    contender,
    ...[act.count, act.p50, act.p99, act.min, act.max],
    ...[fates.once, fates.held, fates.lost, fates.doubled, fates.astray],
  ];
  if (mendflow === undefined || baseline === undefined) return '';
  const quietRow = ({ contender, quiet }: Standing): Cell[] => [
    `${contender}, quiet machine`,
    ...[quiet.count, quiet.p50, quiet.p99, quiet.min, quiet.max, '', '', '', '', ''],
  ];
  const ratio = (figure: 'p50' | 'p99' | 'min' | 'max') =>
    `×${(mendflow.act[figure] / baseline.act[figure]).toFixed(1)}`;
  return table(
    ['', 'samples', 'p50', 'p99', 'min', 'max', 'acted once', 'held', 'lost', 'doubled', 'astray'],
    [
      row(mendflow),
      row(baseline),
      quietRow(mendflow),
      quietRow(baseline),
      ['ratio', '', ratio('p50'), ratio('p99'), ratio('min'), ratio('max'), '', '', '', '', ''],
    ],
  );
}

/** Every sample without an act: what its run says of itself, and its history. */
function withoutAct(samples: readonly Judged[]): string[] {
  return samples
    .filter(({ fate }) => fate === 'held' || fate === 'lost')
    .flatMap(({ fate, contender, workload, status, run }) => [
      '',
      `${workload} ${fate}: ${contender} answered the webhook with ${status}${run === undefined ? '; its run could not be read, or there is none' : ''}`,
      ...(run === undefined ? [] : runInWords(run)),
    ]);
}

function runInWords({ workflowId, status, events }: SeenRun): string[] {
  const { phase, waitingFor, verdicts, timeline, summary } = status;
  const startMs = events[0]?.atMs ?? 0;
  return [
    `  ${workflowId}: ${phase}, waits for ${waitingFor}: ${summary}`,
    ...verdicts.map(({ at, verdict, reason = '', detail = '' }) => `  verdict ${at} ${verdict} ${reason} ${detail}`),
    ...timeline.map(({ at, what, reason }) => `  timeline ${at} ${what}${reason === undefined ? '' : ` (${reason})`}`),
    ...events.map(
      ({ id, atMs, type, name = '' }) => `  event ${id} +${(atMs - startMs).toFixed(0)} ms ${type} ${name}`,
    ),
  ].map((line) => line.trimEnd());
}

/** The tables that people read. */
export function printed(
  { standings: all, way, segments, events, samples }: Findings,
  memory: readonly Memory[],
): string {
  const [mendflow] = all;
  const { p50 = Number.NaN, p99 = Number.NaN } = mendflow?.act ?? {};
  const holds = (check: (reading: Memory) => boolean) => memory.length > 0 && memory.every(check);
  return [
    'First byte of the webhook → pod taken away, done at the API server, in ms (fates: warm-ups included)',
    standings(all),
    ...withoutAct(samples),
    `target: p50 ≤ ${targets.p50Ms} ms ${word(p50 <= targets.p50Ms)}, p99 ≤ ${targets.p99Ms} ms ${word(p99 <= targets.p99Ms)}`,
    '',
    'Webhook answered, in ms',
    table(
      ['', 'p50', 'p99'],
      all.map(({ contender, answer }) => [contender, answer.p50, answer.p99]),
    ),
    '',
    'Mendflow’s way to the act, in ms',
    table(
      ['', 'p50', 'p99', 'p50 since the start'],
      way.map(({ name, gap, total }) => [name, gap.p50, gap.p99, total.p50]),
    ),
    '',
    'What the runs report, in ms',
    table(
      ['', 'p50', 'p99'],
      segments.map(({ name, summary }) => [name, summary.p50, summary.p99]),
    ),
    `history events of a run: p50 ${events.p50}, max ${events.max}`,
    '',
    'Memory while idle (RSS), in MB',
    table(
      ['', 'api', 'worker'],
      memory.map(({ when, api, worker }) => [when, api, worker]),
    ),
    `target: api ≤ ${targets.apiMegabytes} MB ${word(holds(({ api }) => api <= targets.apiMegabytes))}, worker ≤ ${targets.workerMegabytes} MB ${word(holds(({ worker }) => worker <= targets.workerMegabytes))}`,
  ].join('\n');
}
