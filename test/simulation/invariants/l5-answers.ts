import type { RunView } from '../../../simulation/world.ts';
import type { Said, Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { minuteMs, wasDisturbed, wasEnded } from './runs-of.ts';

/** What was taken shows within this. */
const showsByMs = 10 * minuteMs;

/** L5: what a person says. */
export const answers: Invariant = {
  name: 'L5',
  statement: 'A person’s answer takes effect or is refused with the reason.',
  broken: (trace) => firstOf(trace.said, (word) => withoutEffect(trace, word) ?? unreasoned(word)),
};

const unreasoned = ({ answer, verb, atMs }: Said) =>
  answer.trim() === '' || answer === 'undefined' ? `${verb} at ${at(atMs)} was answered with nothing` : undefined;

/** It was taken, and nothing came of it. */
function withoutEffect(trace: Trace, word: Said): string | undefined {
  const { atMs, runId, verb, answer } = word;
  if (!answer.startsWith(`${verb} is taken`) || atMs + showsByMs > trace.endMs) return undefined;
  const run = trace.runs.find((other) => other.runId === runId);
  if (run === undefined || wasEnded(trace, run) || wasDisturbed(trace, atMs, atMs + showsByMs)) return undefined;
  return hasEffect(trace, run, word)
    ? undefined
    : `${verb} by ${word.who} at ${at(atMs)} was taken, and nothing came of it`;
}

function hasEffect(trace: Trace, run: RunView, { verb, who, atMs, answer }: Said): boolean {
  const { closedAtMs = Number.POSITIVE_INFINITY, workflowId, status } = run;
  const isOnRecord = status.timeline.some(
    ({ what }) => what.startsWith(`${verb} by ${who}`) || what.includes('left out'),
  );
  if (!isOnRecord) return false;
  // Another answer to the same run may have ended it.
  if (closedAtMs <= atMs + showsByMs) return true;
  switch (verb) {
    case 'abort':
    case 'takeOver':
      return false;
    case 'retry':
      return trace.looks.some((look) => look.workflowId === workflowId && look.atMs >= atMs);
    case 'approve':
      return answer.includes('another person') || movedOn(run, atMs);
    default:
      return true;
  }
}

/** The run has written something after it. */
const movedOn = ({ status }: RunView, atMs: number) => status.timeline.some((line) => Date.parse(line.at) > atMs);
