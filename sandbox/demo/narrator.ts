import { styleText } from 'node:util';
import type { TimelineEntry } from '../../domain/run/outcome.ts';
import { lineInWords } from '../../domain/run/timeline.ts';
import { elapsed } from '../progress.ts';
import type { ShownRun } from './mendflow-api.ts';

const segmentNames = {
  receivedToVerifiedMs: 'received → verified',
  verifiedToPermittedMs: 'verified → permitted',
  awaitingApprovalMs: 'waiting for a person',
  permittedToActedMs: 'permitted → acted',
  actedToHealthyMs: 'acted → healthy',
} as const;

/** Milliseconds below a second, seconds above. */
const duration = (ms: number) => (ms < 1_000 ? `${ms} ms` : elapsed(ms));

/** One line of a run's timeline. */
export function timelineLine(entry: TimelineEntry): string {
  const { at, phase, reason } = entry;
  const why = reason === undefined ? '' : styleText('dim', ` (${reason})`);
  return `  ${styleText('dim', at.slice(11, 23))}  ${phase.padEnd(16)} ${lineInWords(entry)}${why}`;
}

/** What happened in a run, when, why, and how long each part of it took. */
export function timelineOf(run: ShownRun): string {
  const record = run.report ?? run.live;
  if (!record) return `${run.id}: nothing is known`;
  const segments = Object.entries(segmentNames).flatMap(([key, name]) => {
    const ms = record.segments[key as keyof typeof segmentNames];
    return ms === undefined ? [] : [`${name} ${duration(ms)}`];
  });
  return [
    styleText('bold', `${record.alertname}: ${record.outcome ?? 'still running'}`),
    `  ${record.summary}`,
    ...record.timeline.map(timelineLine),
    `  ${segments.join(' · ')}`,
    ...(run.webUi === undefined ? [] : [`  ${run.webUi}`]),
  ].join('\n');
}

/** Tells the story on a stream, each line with the time since the start. */
export interface Narrator {
  chapter(title: string): void;
  /** `atMs`: when it happened, Unix ms; now, unless given. */
  say(text: string, atMs?: number): void;
  /** Text that stands for itself. */
  show(text: string): void;
}

export function narratorOn(output: { write(text: string): unknown }, nowMs: () => number): Narrator {
  const startedMs = nowMs();
  const say = (text: string, atMs = nowMs()) => {
    const time = `${((atMs - startedMs) / 1000).toFixed(1)} s`.padStart(8);
    output.write(`${styleText('dim', time)}  ${text}\n`);
  };
  return {
    chapter: (title) => output.write(`\n${styleText('bold', title)}\n`),
    say,
    show: (text) => output.write(`${text}\n`),
  };
}
