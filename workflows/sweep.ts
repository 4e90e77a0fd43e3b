import {
  ActivityFailure,
  continueAsNew,
  isCancellation,
  log,
  setDefaultSignalHandler,
  setHandler,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';
import type { RefusedKind, RunRef } from '../activities/contract.ts';
import { isObject } from '../domain/text/shapes.ts';
import { findRefused, handBackRefused, lookAgainAt, standingOf } from './activities.ts';
import * as messages from './messages.ts';

/** What a sweep goes by; `round` is where it stands when it continues as new. */
export interface SweepInput {
  cluster: string;
  /** Runs that were refused before this are not looked at, Unix ms. */
  sinceMs: number;
  /** Runs that are started a second at most. */
  perSecond: number;
  backoffMs?: number;
  round?: Round;
  /** More was refused since the round began. */
  isAgain?: boolean;
}

interface Round {
  kind: RefusedKind;
  /** Runs that closed before this are not of the round. */
  sinceMs: number;
  /** Runs that closed after this are of the next round. */
  untilMs: number;
  /** Token of the page that comes next. */
  after?: string;
  /** A run that was started anew was not refused again. */
  isProbed: boolean;
}

/** What the guard says while the sweep runs. */
interface Told {
  sinceMs: number;
  isAgain: boolean;
}

type RoundEnd = 'done' | 'refusedAgain' | 'stopped';

const eventsPerRun = 4_000;
const firstBackoffMs = 30_000;
const longestBackoffMs = 300_000;
/** Seconds of starts that are made together. */
const chunkSeconds = 10;
/** A run that could not read the cluster gives up after five minutes. */
const probeAtMostMs = 360_000;

/**
 * Looks again at what was refused because of a pause, a storm or a cluster that could not be read: starts those runs
 * anew, at a steady pace. One run goes first; while it is refused again the others wait, five minutes at most between
 * two tries. Ends when nothing is left, or when the guard stops everything: that then starts the next sweep.
 */
export async function sweep({ round: begun, isAgain = false, ...input }: SweepInput): Promise<void> {
  const told: Told = { sinceMs: input.sinceMs, isAgain };
  setHandler(messages.sweepRefusedSignal, (value: unknown) => {
    const atMs = isObject(value) && typeof value.atMs === 'number' ? value.atMs : Date.now();
    told.sinceMs = Math.min(told.sinceMs, atMs);
    told.isAgain = true;
  });
  setDefaultSignalHandler((name) => log.warn('unknown signal ignored', { name }));
  let backoffMs = input.backoffMs ?? firstBackoffMs;
  let round = begun;
  for (;;) {
    if (round === undefined) told.isAgain = false;
    const since = { ...input, sinceMs: told.sinceMs, backoffMs };
    const ended = await unlessAway(() => lookAgainAtAll(since, told, round));
    round = undefined;
    if (ended === 'stopped' && (await unlessAway(() => handBackRefused(since))) !== 'refusedAgain') return;
    if (ended === 'refusedAgain' || ended === 'stopped') {
      await sleep(backoffMs);
      backoffMs = Math.min(backoffMs * 2, longestBackoffMs);
      // A refusal may last for days. The next round begins anew, with everything that was refused.
      if (isLong()) await continueAsNew<typeof sweep>({ ...input, sinceMs: told.sinceMs, backoffMs });
    } else if (told.isAgain) backoffMs = firstBackoffMs;
    else return;
  }
}

/** What cannot be done for minutes, because Temporal or the guard does not answer, is tried again as what was refused is. */
async function unlessAway<T>(work: () => Promise<T>): Promise<T | 'refusedAgain'> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ActivityFailure) || isCancellation(error)) throw error;
    log.warn('the sweep cannot go on; it tries again', { error: String(error.cause ?? error) });
    return 'refusedAgain';
  }
}

/** One pass over everything that was refused; it begins where it is told. What is heard meanwhile outlives a continue-as-new. */
async function lookAgainAtAll(input: SweepInput, told: Told, from?: Round): Promise<RoundEnd> {
  const { sinceMs } = from ?? input;
  let round: Round = from ?? { kind: 'closed', sinceMs, untilMs: Date.now(), isProbed: false };
  for (;;) {
    const { kind, untilMs, after, isProbed } = round;
    const found = await findRefused({
      cluster: input.cluster,
      kind,
      sinceMs,
      untilMs,
      ...(after && { after }),
    });
    if (found.kind === 'stopped') return 'stopped';
    const passed = kind === 'escalated' || (await startAnew(found.runs, input, isProbed));
    if (passed === 'refusedAgain') return passed;
    if (kind === 'escalated' && found.runs.length > 0) {
      await lookAgainAt({ kind, runs: found.runs, atMost: found.runs.length });
      await sleep(pauseMs(found.runs.length, input));
    }
    if (found.next !== undefined) round = { kind, sinceMs, untilMs, after: found.next, isProbed: passed === true };
    else if (kind === 'escalated') return 'done';
    else round = { kind: 'escalated', sinceMs, untilMs, isProbed: true };
    if (isLong()) await continueAsNew<typeof sweep>({ ...input, ...told, round });
  }
}

const isLong = () => workflowInfo().historyLength >= eventsPerRun || workflowInfo().continueAsNewSuggested;
const pauseMs = (runs: number, { perSecond }: SweepInput) => Math.ceil((runs * 1_000) / perSecond);

/** Starts the runs, the first one alone; true when one of them passed, false when none had to be started. */
async function startAnew(runs: RunRef[], input: SweepInput, isProbed: boolean): Promise<boolean | 'refusedAgain'> {
  let left = runs;
  let hasPassed = isProbed;
  while (left.length > 0) {
    const atMost = hasPassed ? Math.max(1, Math.floor(input.perSecond * chunkSeconds)) : 1;
    const step = await lookAgainAt({ kind: 'closed', runs: left, atMost });
    left = step.left;
    if (step.begun.length === 0) continue;
    await sleep(pauseMs(step.begun.length, input));
    if (await isRefusedAgain(step.begun, hasPassed ? 0 : probeAtMostMs)) return 'refusedAgain';
    hasPassed = true;
  }
  return hasPassed;
}

/** Waits at most so long until nobody verifies any more; a first run that verifies for longer counts as refused. */
async function isRefusedAgain(runs: RunRef[], atMostMs: number): Promise<boolean> {
  const deadlineMs = Date.now() + atMostMs;
  for (let waitMs = 1_000; ; waitMs = Math.min(waitMs * 2, 30_000)) {
    const { refused, verifying } = await standingOf({ runs });
    if (refused > 0) return true;
    if (verifying === 0 || atMostMs === 0) return false;
    if (Date.now() + waitMs > deadlineMs) return true;
    await sleep(waitMs);
  }
}
