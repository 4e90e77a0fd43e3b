import type { Verdict } from './permit.ts';

/** A granted permit that is not released yet. */
export interface Lease {
  requestId: string;
  workflowId: string;
  runId: string;
  workload: string;
  namespace: string;
  action: string;
  grantedAtMs: number;
  expiresAtMs: number;
}

/** A disruptive act that happened, or that must be assumed to have happened. */
export interface Act {
  workload: string;
  runId: string;
  atMs: number;
  /** A person reset the workload: cooldown and attempts forget this act, the budget does not. */
  isForgiven?: true;
}

export interface Pause {
  id: string;
  who: string;
  why: string;
  sinceMs: number;
}

/** The guard's whole memory: plain JSON, kept by continue-as-new. */
export interface GuardState {
  version: 1;
  /** Several at once; all must be lifted. */
  pauses: Pause[];
  leases: Lease[];
  /** Newest last; pruned when no rule can ask for them any more. */
  acts: Act[];
  /** Answers given, so that the same requestId gets the same answer. */
  answers: { requestId: string; verdict: Verdict; atMs: number }[];
}

/** What a decision or a message changes; state = fold(effects). */
export type GuardEffect =
  | { type: 'leaseOpened'; lease: Lease }
  | { type: 'leaseClosed'; requestId: string; acted: boolean; atMs: number }
  | { type: 'answered'; requestId: string; verdict: Verdict; atMs: number }
  | { type: 'paused'; pause: Pause }
  | { type: 'resumed'; id: string }
  | { type: 'workloadReset'; workload: string; who: string; why: string }
  | { type: 'pruned'; nowMs: number };

/** No rule looks further back than this: the longest period of `attempts.per`. */
const actsKeptMs = 7 * 86_400_000;
/** A run repeats a request within minutes, or never. */
const answersKeptMs = 3_600_000;
const answersKept = 2_000;

export function emptyGuardState(): GuardState {
  return { version: 1, pauses: [], leases: [], acts: [], answers: [] };
}

/** The state after the effects, in order; the state given is not changed. */
export function applyEffects(state: GuardState, effects: readonly GuardEffect[]): GuardState {
  return effects.reduce(applyEffect, state);
}

function applyEffect(state: GuardState, effect: GuardEffect): GuardState {
  switch (effect.type) {
    case 'leaseOpened':
      return { ...state, leases: [...state.leases, effect.lease] };
    case 'leaseClosed':
      return closeLease(state, effect);
    case 'answered':
      return {
        ...state,
        answers: [...state.answers, { requestId: effect.requestId, verdict: effect.verdict, atMs: effect.atMs }],
      };
    case 'paused':
      return { ...state, pauses: [...state.pauses.filter((pause) => pause.id !== effect.pause.id), effect.pause] };
    case 'resumed':
      return { ...state, pauses: state.pauses.filter((pause) => pause.id !== effect.id) };
    case 'workloadReset':
      return { ...state, acts: forgive(state.acts, effect.workload) };
    case 'pruned':
      return prune(state, effect.nowMs);
    default:
      return effect satisfies never;
  }
}

function forgive(acts: readonly Act[], workload: string): Act[] {
  return acts.map((act) => (act.workload === workload ? { ...act, isForgiven: true } : act));
}

/** Acts on a workload that cooldown and attempts count, oldest first. */
export function actsOn(state: GuardState, workload: string): Act[] {
  return state.acts.filter((act) => act.workload === workload && act.isForgiven !== true);
}

/** Closing a lease twice, or one that expired before, changes nothing. */
function closeLease(state: GuardState, effect: { requestId: string; acted: boolean; atMs: number }): GuardState {
  const lease = state.leases.find((candidate) => candidate.requestId === effect.requestId);
  if (lease === undefined) return state;
  const leases = state.leases.filter((candidate) => candidate !== lease);
  if (!effect.acted) return { ...state, leases };
  const act = { workload: lease.workload, runId: lease.runId, atMs: effect.atMs };
  const acts = [...state.acts, act].sort((a, b) => a.atMs - b.atMs);
  return { ...state, leases, acts };
}

function prune(state: GuardState, nowMs: number): GuardState {
  const isStale = state.acts.some((act) => act.atMs <= nowMs - actsKeptMs);
  const isOld =
    state.answers.length > answersKept || state.answers.some((answer) => answer.atMs <= nowMs - answersKeptMs);
  if (!isStale && !isOld) return state;
  return {
    ...state,
    acts: state.acts.filter((act) => act.atMs > nowMs - actsKeptMs),
    answers: state.answers.filter((answer) => answer.atMs > nowMs - answersKeptMs).slice(-answersKept),
  };
}
