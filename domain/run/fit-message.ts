import { safeDocument, safeText, shortened } from '../text/plain-text.ts';
import type { RemediationReport, StepRecord } from './outcome.ts';

/** What a message to a receiver consists of, as far as its size goes. */
export interface Message {
  summary: string;
  /** How to answer: commands and links. */
  answer: readonly string[];
  message?: string;
  report?: Omit<RemediationReport, 'outcome'>;
  /** What was left out or shortened so that the message fits; absent where nothing was. */
  omitted?: readonly string[];
}

type Report = NonNullable<Message['report']>;

/** One thing to leave out, with the word for it. */
interface Cut {
  name: string;
  apply(report: Report): Report;
}

const longestLog = 2_000;
const longestText = 300;
const linesKept = 5;

/** From what a person misses least to what is needed to judge and to answer. */
const cuts: readonly Cut[] = [
  { name: 'most of the logs', apply: (report) => withLogs(report, (log) => log.slice(-longestLog).toWellFormed()) },
  { name: 'logs', apply: (report) => withEvidence(report, { logs: {} }) },
  {
    name: 'most events',
    apply: (report) => withEvidence(report, { events: report.evidence?.events.slice(0, linesKept) }),
  },
  { name: 'evidence', apply: ({ evidence: _, ...report }) => report },
  { name: 'what other policies can be judged by', apply: ({ recorded: _, ...report }) => report },
  {
    name: 'most of the timeline',
    apply: (report) => ({ ...report, timeline: ends(report.timeline, linesKept, 4 * linesKept) }),
  },
  { name: 'long texts', apply: (report) => shortenTexts(report) as Report },
  { name: 'the timeline', apply: (report) => ({ ...report, timeline: [], joined: [] }) },
  { name: 'most steps', apply: (report) => ({ ...report, steps: report.steps.slice(-linesKept).map(briefly) }) },
];

/**
 * The message as it can be sent: without secrets and control characters, and in JSON at most `limit` bytes. What a person
 * misses least goes first; the summary and how to answer always stay, so there is a message that fits for every run.
 */
export function fitMessage<M extends Message>(message: M, limit: number): M {
  // Cut roughly first: what will not be sent is not searched for secrets either.
  const rough = cutToSize(message, 2 * limit);
  return cutToSize(safeDocument(rough), limit);
}

function cutToSize<M extends Message>(message: M, limit: number): M {
  let fitting = message;
  for (const { name, apply } of cuts) {
    const { report } = fitting;
    if (report === undefined || fits(fitting, limit)) break;
    fitting = { ...fitting, report: apply(report), omitted: [...(fitting.omitted ?? []), name] };
  }
  if (fits(fitting, limit)) return fitting;
  const { report: _, ...rest } = fitting;
  const answer = fitting.answer.slice(0, 10).map((line) => shortened(line, 1_000));
  const texts = {
    summary: safeText(fitting.summary, 500),
    ...(fitting.message && { message: safeText(fitting.message, 1_000) }),
  };
  return { ...(rest as M), ...texts, answer, omitted: ['everything but the summary and how to answer'] };
}

/** A value that is far too large is not written out only to be measured. */
const fits = (value: unknown, limit: number) => leastBytes(value, limit) <= limit && bytesOf(value) <= limit;

/** At least so many bytes; stops counting beyond the limit. */
function leastBytes(value: unknown, limit: number): number {
  if (typeof value === 'string') return value.length;
  if (value === null || typeof value !== 'object') return 1;
  let bytes = 2;
  for (const member of Object.values(value)) {
    if (bytes > limit) break;
    bytes += 2 + leastBytes(member, limit - bytes);
  }
  return bytes;
}

/** Bytes of the value as JSON in UTF-8: one, two, or three a code unit; the two units of a pair have four together. */
function bytesOf(value: unknown): number {
  const text = JSON.stringify(value) ?? '';
  let bytes = text.length;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code > 0x7ff) bytes += code >= 0xd800 && code <= 0xdfff ? 1 : 2;
    else if (code > 0x7f) bytes += 1;
  }
  return bytes;
}

function withEvidence(
  report: Report,
  change: { logs?: Record<string, string>; events?: string[] | undefined },
): Report {
  const { logs, events } = change;
  if (report.evidence === undefined) return report;
  return { ...report, evidence: { ...report.evidence, ...(logs && { logs }), ...(events && { events }) } };
}

function withLogs(report: Report, cut: (log: string) => string): Report {
  const logs = Object.entries(report.evidence?.logs ?? {}).map(([container, log]) => [container, cut(log)] as const);
  return withEvidence(report, { logs: Object.fromEntries(logs) });
}

const ends = <T>(items: T[], first: number, last: number): T[] =>
  items.length <= first + last ? items : [...items.slice(0, first), ...items.slice(-last)];

const briefly = ({ summary, ...step }: StepRecord): StepRecord => ({
  ...step,
  summary: shortened(summary, longestText),
});

function shortenTexts(value: unknown): unknown {
  if (typeof value === 'string') return shortened(value, longestText);
  if (Array.isArray(value)) return value.map(shortenTexts);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, shortenTexts(member)]));
}
