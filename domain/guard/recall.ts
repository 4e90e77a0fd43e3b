import { applyEffects, emptyGuardState, type GuardEffect, type GuardState, loadGuardState } from './state.ts';

/** What a run of the guard can hand to the next: its state, or what it heard before it had one. */
export type Recollection = { isRestored: true; state: GuardState } | { isRestored: false; heard: GuardEffect[] };

/** What was found of the runs before: nothing, or the latest state and what later runs heard without having one. */
export type Recalled =
  | { kind: 'first'; heard: GuardEffect[] }
  | { kind: 'found'; runId: string; state: Partial<GuardState>; heard: GuardEffect[] };

/** The state that a guard goes on with. */
export function recalled(found: Recalled): GuardState {
  const known = found.kind === 'found' ? loadGuardState(found.state) : emptyGuardState();
  return applyEffects(known, found.heard);
}

/** The state of a guard that cannot read what it knew: paused, which a person lifts, and people are told. */
export function unreadable({ cluster, runId, nowMs }: { cluster: string; runId: string; nowMs: number }): GuardState {
  const why = `the guard of ${cluster} was ended and its memory cannot be read: cooldowns, budgets and pauses are lost`;
  return applyEffects(emptyGuardState(), [
    { type: 'paused', pause: { id: `restored/${runId}`, who: 'Mendflow', why, sinceMs: nowMs } },
    {
      type: 'noticed',
      notice: {
        kind: 'escalation',
        key: `guard/${cluster}/${runId}`,
        summary: `${cluster}: ${why}. Mendflow does nothing until a person resumes it; set earlier pauses again first.`,
        sinceMs: nowMs,
        reason: 'paused',
        answer: ['mendflow resume'],
      },
    },
  ]);
}
