import type { Act, Span, Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';

const hourMs = 3_600_000;
/** Whoever decides may be so far behind a change. */
const behindMs = 10_000;

/** G12: the times at which people want no surprises. */
export const freezes: Invariant = {
  name: 'G12',
  statement: 'Nothing is granted inside a freeze or while somebody rolls out, and an act never follows late.',
  broken: ({ acts, rulings, schedule }) => {
    const isFrozen = (ms: number) => schedule.policy.hasFreeze && Math.floor(ms / hourMs) % 24 === 11;
    const inFreeze = firstOf(rulings, ({ atMs, decision, request }) =>
      decision.verdict.kind === 'grant' && !request.isRehearsal && isFrozen(atMs) ? `grant at ${at(atMs)}` : undefined,
    );
    const inRollout = firstOf(acts, ({ truth, workload, atMs }) =>
      truth.isRollingOut ? `${workload} was being rolled out at ${at(atMs)}` : undefined,
    );
    return inFreeze ?? inRollout;
  },
};

/** G13: Observe and DryRun. */
export const modes: Invariant = {
  name: 'G13',
  statement: 'Observe writes nothing; DryRun changes nothing.',
  broken: ({ writes, modes: known, acts }) =>
    firstOf(acts, (act) => {
      const sinceMs = (act.grant?.atMs ?? act.atMs) - behindMs;
      const between = modesBetween(known, sinceMs, act.atMs);
      return between.every((mode) => mode === 'Observe' || mode === 'DryRun')
        ? `${act.workload} at ${at(act.atMs)} in mode ${between.join()}`
        : undefined;
    }) ??
    firstOf(writes, ({ dryRun, changed, atMs }) =>
      dryRun && changed ? `a dry run changed something at ${at(atMs)}` : undefined,
    ),
};

/** The modes that were in force at some time of it. */
function modesBetween(known: Trace['modes'], fromMs: number, toMs: number) {
  const first = known.findLastIndex(({ atMs }) => atMs <= fromMs);
  return known.filter(({ atMs }, index) => index >= first && atMs <= toMs).map(({ mode }) => mode);
}

/** G14: a person's yes is for once, for this and for now. */
export const approvals: Invariant = {
  name: 'G14',
  statement: 'A step that needs approval is taken only after so many people as it needs approved it, each once.',
  broken: (trace) => firstOf(trace.acts, (act) => unapproved(trace, act)),
};

function unapproved(trace: Trace, act: Act): string | undefined {
  if (act.grant === undefined) return undefined;
  const { step, target } = act.grant.request;
  const isRisky = step.risk !== 'low' || target.facts.otherReadyPods === 0;
  if (step.approval === 'None' || (step.approval === 'WhenRisky' && !isRisky)) return undefined;
  return withoutYes(trace, act);
}

/** How the act lacks the approval of as many people as the policy asks for, in words; undefined where it has it. */
export function withoutYes({ said, acts, schedule }: Trace, act: Act): string | undefined {
  const { grant, by, atMs } = act;
  if (grant === undefined || by === undefined) return undefined;
  const { renews } = grant.request;
  const before = acts.filter((other) => other.by?.runId === by.runId && other.atMs < atMs).at(-1)?.atMs ?? 0;
  const yes = said.filter(
    (word) =>
      word.runId === by.runId &&
      word.verb === 'approve' &&
      word.answer.startsWith('approve is taken') &&
      word.atMs > before &&
      word.atMs <= atMs,
  );
  const people = new Set(yes.map(({ who }) => who)).size;
  const needed = schedule.policy.twoPeople ? 2 : 1;
  if (people < needed) return `${act.workload} at ${at(atMs)} with ${people} of ${needed} approvals`;
  return renews === undefined
    ? `${act.workload} at ${at(atMs)}: the permit was not renewed after the approval`
    : undefined;
}

/** The kill switch is read by the attempt that acts; the guard's own word may be five seconds old. */
const effectiveMs = 5_000;

/** G15: the kill switches. */
export const pauses: Invariant = {
  name: 'G15',
  statement: 'No act begins more than five seconds after a pause.',
  broken: ({ acts, guardPauses, switchPauses }) =>
    firstOf(acts, ({ by, truth, workload, atMs }) => {
      if (by === undefined) return undefined;
      const covers = (slackMs: number) => (span: Span) =>
        span.fromMs + slackMs < by.attemptAtMs && span.toMs > by.issuedAtMs;
      const isHere = ({ namespace }: { namespace?: string }) =>
        namespace === undefined || namespace === truth.namespaceName;
      const isPaused = guardPauses.some(covers(effectiveMs)) || switchPauses.filter(isHere).some(covers(0));
      return isPaused ? `${workload} at ${at(atMs)} although it is paused` : undefined;
    }),
};
