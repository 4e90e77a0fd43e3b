import type { Segments } from '../../domain/run/outcome.ts';
import { quietBelow } from '../quiet.ts';
import { type Summary, summaryOf } from '../statistics.ts';
import { fates as allFates, type Fate, type Judged, judge } from './acts.ts';
import type { SeenRun } from './history.ts';
import { gapsOf, marksOf } from './marks.ts';
import type { Measured } from './measure.ts';
import { type Contender, contenders } from './sample.ts';

/** One contender's figures; times in milliseconds. */
export interface Standing {
  contender: Contender;
  /** First byte of the webhook → act done. */
  act: Summary;
  /** The same, of the samples before which the machine had nothing else to do. */
  quiet: Summary;
  /** First byte of the webhook → webhook answered. */
  answer: Summary;
  fates: Record<Fate, number>;
}

/** Where the time goes on Mendflow's way to the act. */
export interface WayPoint {
  name: string;
  /** Since the point before. */
  gap: Summary;
  /** Since the webhook's first byte. */
  total: Summary;
}

/** Everything that the bench says, ready to be printed or kept. */
export interface Findings {
  standings: Standing[];
  way: WayPoint[];
  /** What the runs report about themselves. */
  segments: { name: keyof Segments; summary: Summary }[];
  events: Summary;
  /** Every sample, warm-ups too: these must not be lost or doubled either. */
  samples: Judged[];
}

const segmentNames: readonly (keyof Segments)[] = [
  'receivedToVerifiedMs',
  'verifiedToPermittedMs',
  'permittedToActedMs',
  'actedToHealthyMs',
];

/** Figures come from the samples after the warm-up; fates from all. */
export function findingsOf({ sent, acts, runs }: Measured): Findings {
  const samples = judge(sent, acts, runs);
  const measured = samples.filter(({ isWarmUp }) => !isWarmUp);
  const ended = measured.flatMap((sample) => {
    const run = runs.get(sample.workload);
    return run?.report === undefined ? [] : [{ sample, run, report: run.report }];
  });
  return {
    standings: contenders.map((contender) => standingOf(contender, samples)),
    // A busy machine stretches every part of the way; what a part costs is seen on a quiet one.
    way: wayOf(ended.some(({ sample }) => isQuiet(sample)) ? ended.filter(({ sample }) => isQuiet(sample)) : ended),
    segments: segmentNames.map((name) => ({
      name,
      summary: summaryOf(ended.flatMap(({ report }) => report.segments[name] ?? [])),
    })),
    events: summaryOf(ended.map(({ run }) => run.events.length)),
    samples,
  };
}

const isQuiet = ({ busyBefore }: Judged) => busyBefore < quietBelow;

function standingOf(contender: Contender, all: readonly Judged[]): Standing {
  const own = all.filter((sample) => sample.contender === contender);
  const measured = own.filter(({ isWarmUp }) => !isWarmUp);
  const fates = Object.fromEntries(allFates.map((fate) => [fate, 0])) as Record<Fate, number>;
  for (const { fate } of own) fates[fate] += 1;
  return {
    contender,
    act: summaryOf(measured.flatMap(({ latencyMs }) => latencyMs ?? [])),
    quiet: summaryOf(measured.filter(isQuiet).flatMap(({ latencyMs }) => latencyMs ?? [])),
    answer: summaryOf(measured.map(({ sentAtMs, answeredAtMs }) => answeredAtMs - sentAtMs)),
    fates,
  };
}

function wayOf(ended: readonly { sample: Judged; run: SeenRun }[]): WayPoint[] {
  const gaps = ended.flatMap(({ sample, run }) =>
    gapsOf(marksOf(run.events, { sentAtMs: sample.sentAtMs, act: sample.acts[0] })),
  );
  return [...Map.groupBy(gaps, ({ name }) => name)].map(([name, own]) => ({
    name,
    gap: summaryOf(own.map(({ gapMs }) => gapMs)),
    total: summaryOf(own.map(({ totalMs }) => totalMs)),
  }));
}

/** Whether every sample met one act on its own pod, or an answer that says why not. */
export function isExact({ standings }: Findings): boolean {
  return standings.every(({ fates }) => fates.lost + fates.doubled + fates.astray === 0);
}
