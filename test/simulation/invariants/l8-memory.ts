import type { GuardState } from '../../../domain/guard/state.ts';
import type { Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { wasDisturbed } from './runs-of.ts';

/** L8: a guard that somebody terminates. */
export const memory: Invariant = {
  name: 'L8',
  statement:
    'The guard’s pauses, budgets, cooldowns and leases survive its termination, or it starts paused and says so.',
  broken: (trace) => firstOf(trace.guardEnds, (end) => lost(trace, end)),
};

function lost(trace: Trace, { atMs, state: before, after }: Trace['guardEnds'][number]): string | undefined {
  if (after === undefined || wasDisturbed(trace, atMs, after.atMs)) return undefined;
  const { state } = after;
  if (state.pauses.length > before.pauses.length) return undefined;
  const missing = [
    ...pausesLost(trace, { before, state, fromMs: atMs, toMs: after.atMs }),
    ...(state.acts.length < before.acts.length ? [`${before.acts.length - state.acts.length} acts`] : []),
  ];
  return missing.length === 0 ? undefined : `after ${at(atMs)} the guard has forgotten ${missing.join(', ')}`;
}

/** Pauses that were not lifted meanwhile. */
function pausesLost(
  { guardPauses }: Trace,
  { before, state, fromMs, toMs }: { before: GuardState; state: GuardState; fromMs: number; toMs: number },
): string[] {
  const isLifted = (id: string) => id.startsWith('pause-') && guardPauses.some((span) => liftedIn(span, fromMs, toMs));
  return before.pauses
    .filter(({ id }) => !state.pauses.some((pause) => pause.id === id) && !isLifted(id))
    .map(({ id }) => `the pause ${id}`);
}

const liftedIn = ({ toMs: endMs }: { toMs: number }, fromMs: number, toMs: number) => endMs >= fromMs && endMs <= toMs;
