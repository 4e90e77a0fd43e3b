import type { RunView } from '../../../simulation/world.ts';
import type { Delivery, Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { isOpenAt, minuteMs, wasDisturbed, wasEnded } from './runs-of.ts';

/** A look at the cluster comes within this, when nothing of ours is away. */
const lookedAtByMs = 15 * minuteMs;

/**
 * Messages that are closer may overtake each other. A "resolved" that comes before its run, or after the next firing, leaves
 * two starts seconds apart, which the two Alertmanagers of a pair give to one firing as well.
 */
const inOrderMs = 2_000;

/** L2: an episode that begins while the run before it ends. */
export const episodes: Invariant = {
  name: 'L2',
  statement:
    'An episode that begins while the last run is closing gets a run of its own; a run that closes never swallows it.',
  broken: (trace) => firstOf(trace.deliveries, (delivery) => swallowed(trace, delivery)),
};

/** A firing that nobody looked at after it was delivered: no run began, and the one that was there looked no more. */
function swallowed(trace: Trace, delivery: Delivery): string | undefined {
  const { atMs, workflowId } = delivery;
  if (!beginsEpisode(trace, delivery) || atMs + lookedAtByMs > trace.endMs) return undefined;
  if (wasDisturbed(trace, atMs, atMs + lookedAtByMs)) return undefined;
  const own = trace.runs.filter((run) => run.workflowId === workflowId);
  if (own.some(({ startedAtMs }) => startedAtMs >= atMs)) return undefined;
  const open = own.find((run) => isOpenAt(run, atMs));
  if (open === undefined) return `no run heard of the episode of ${workflowId} that began at ${at(atMs)}`;
  if (open.closedAtMs === undefined || wasEnded(trace, open) || wasStopped(trace, open, atMs)) return undefined;
  const isLookedAt = trace.looks.some((look) => look.workflowId === workflowId && look.atMs >= atMs);
  return isLookedAt
    ? undefined
    : `${workflowId} closed at ${at(open.closedAtMs)} without a look at the episode that began at ${at(atMs)}`;
}

/** A firing after the alert was resolved; a repeat of what is known begins nothing. */
function beginsEpisode({ deliveries }: Trace, { atMs, workflowId, status, startsAt }: Delivery): boolean {
  if (status === 'resolved') return false;
  const before = deliveries.filter((other) => other.workflowId === workflowId && other.atMs < atMs);
  const [last, previous] = [before.at(-1), before.at(-2)];
  if (last?.status !== 'resolved' || before.some((other) => other.startsAt === startsAt)) return false;
  return last.atMs + inOrderMs <= atMs && (previous === undefined || previous.atMs + inOrderMs <= last.atMs);
}

/** A person's word, which ends the run whatever the alert does. */
const wasStopped = ({ said }: Trace, { runId }: RunView, atMs: number) =>
  said.some((word) => word.runId === runId && /^(abort|takeOver) is taken/.test(word.answer) && word.atMs >= atMs);
