import { forgetActs, type History, remembered } from './act-history.ts';
import type { Verdict } from './permit.ts';
import type { Surroundings } from './surroundings.ts';
import { type Target, workloadKey } from './target.ts';

/** Where an act takes place; budgets count by it. */
export interface Place {
  /** `namespace/Kind/name` of the top owner. */
  workload: string;
  namespace: string;
  owner?: string;
  node?: string;
  zone?: string;
}

/** A granted permit that is not released yet. */
export interface Lease extends Place {
  requestId: string;
  workflowId: string;
  runId: string;
  action: string;
  failure: string;
  grantedAtMs: number;
  expiresAtMs: number;
}

/** A disruptive act that happened, or that must be assumed to have happened. */
export interface Act extends Place {
  runId: string;
  atMs: number;
  /** What the failure looked like that it was to heal. */
  failure: string;
  /** `lost`: its run never said what came of it. */
  result: 'healthy' | 'unhealthy' | 'lost';
  /** A person reset the workload: cooldown, attempts and failures forget this act, the budgets do not. */
  isForgiven?: true;
}

export interface Pause {
  id: string;
  who: string;
  why: string;
  sinceMs: number;
}

/** A workload that alerts, as the latest alert of it showed it. */
export interface Sighting {
  workload: string;
  namespace: string;
  atMs: number;
  traits: string[];
  /** Workloads of the namespace, where they were counted. */
  known?: number;
}

/** When a workload became healthy or failed again. */
export interface Change {
  workload: string;
  atMs: number;
  to: 'failing' | 'healthy';
}

/** A trouble that is larger than one run, and who speaks about it. */
export interface Incident {
  key: string;
  speaker: string;
  sinceMs: number;
  lastMs: number;
}

/** The breaker is closed where this is absent. */
export interface Storm {
  kind: 'open' | 'halfOpen';
  sinceMs: number;
  why: string;
  /** Since when few enough workloads alert; absent while too many do. */
  calmSinceMs?: number;
}

/** Who reset a workload's history, and why. */
export interface Reset {
  /** Of the order; the guard obeys each once. */
  id?: string;
  workload: string;
  who: string;
  why: string;
  atMs: number;
}

/** The guard's whole memory: plain JSON, kept by continue-as-new. */
export interface GuardState {
  version: 1;
  /** Several at once; all must be lifted. */
  pauses: Pause[];
  leases: Lease[];
  /** Newest last; after six hours only their minute is kept, in `history`. */
  acts: Act[];
  history: History;
  /** Workloads that alerted in the last minutes, one entry each. */
  alerting: Sighting[];
  /** When a sender last left alerts out of a delivery, Unix ms. */
  truncatedAtMs?: number;
  storm?: Storm;
  incidents: Incident[];
  changes: Change[];
  resets: Reset[];
  /** Refusals given, so that the same requestId gets the same answer; grants stand among the leases. */
  answers: { requestId: string; verdict: Verdict; atMs: number }[];
}

/** What a decision or a message changes; state = fold(effects). */
export type GuardEffect =
  | { type: 'leaseOpened'; lease: Lease }
  | { type: 'leaseClosed'; requestId: string; result?: Act['result']; atMs: number }
  | { type: 'answered'; requestId: string; verdict: Verdict; atMs: number }
  | { type: 'seen'; sightings: Sighting[] }
  | { type: 'truncated'; atMs: number }
  | { type: 'changed'; change: Change }
  | { type: 'incident'; incident: Incident }
  | { type: 'storm'; storm?: Storm }
  | { type: 'paused'; pause: Pause }
  | { type: 'resumed'; id: string }
  | { type: 'workloadReset'; reset: Reset }
  | { type: 'pruned'; nowMs: number };

const hourMs = 3_600_000;
/** Cooldowns, failures and budgets look back no further than this; attempts read the history as well. */
export const actsKeptMs = 6 * hourMs;
/** A run repeats a request within minutes, or never. */
const answersKeptMs = 600_000;
const answersKept = 200;
/** The breaker looks at five minutes, correlation at ten. */
const alertingKeptMs = 600_000;
/** So many at once are a storm, whatever the limits say; no more are kept. */
export const alertingKept = 400;
const changesKeptMs = actsKeptMs;
const changesKept = 400;
/** An incident ends when nothing was heard of it for so long; one that goes on is spoken about again after a while. */
const incidentCalmMs = 1_800_000;
const incidentRepeatMs = 4 * hourMs;
const incidentsKept = 200;
const resetsKept = 50;

export function emptyGuardState(): GuardState {
  return {
    version: 1,
    pauses: [],
    leases: [],
    acts: [],
    history: {},
    alerting: [],
    incidents: [],
    changes: [],
    resets: [],
    answers: [],
  };
}

/** Where a target stands, for budgets. */
export function placeOf(target: Target, { owner, node, zone }: Surroundings): Place {
  return {
    workload: workloadKey(target),
    namespace: target.namespace,
    ...(owner === undefined ? {} : { owner }),
    ...(node === undefined ? {} : { node }),
    ...(zone === undefined ? {} : { zone }),
  };
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
    case 'answered': {
      const { requestId, verdict, atMs } = effect;
      return { ...state, answers: [...state.answers, { requestId, verdict, atMs }].slice(-answersKept) };
    }
    case 'seen':
      return { ...state, alerting: withSightings(state.alerting, effect.sightings) };
    case 'truncated':
      return { ...state, truncatedAtMs: effect.atMs };
    case 'changed':
      return { ...state, changes: withChange(state.changes, effect.change) };
    case 'incident':
      return {
        ...state,
        incidents: [...state.incidents.filter(({ key }) => key !== effect.incident.key), effect.incident].slice(
          -incidentsKept,
        ),
      };
    case 'storm':
      return withStorm(state, effect.storm);
    case 'paused':
      return { ...state, pauses: [...state.pauses.filter((pause) => pause.id !== effect.pause.id), effect.pause] };
    case 'resumed':
      return { ...state, pauses: state.pauses.filter((pause) => pause.id !== effect.id) };
    case 'workloadReset':
      return forgive(state, effect.reset);
    case 'pruned':
      return prune(state, effect.nowMs);
    default:
      return effect satisfies never;
  }
}

function withSightings(known: readonly Sighting[], seen: readonly Sighting[]): Sighting[] {
  const latest = new Map([...known, ...seen].map((sighting) => [sighting.workload, sighting]));
  return [...latest.values()].sort((a, b) => a.atMs - b.atMs).slice(-alertingKept);
}

/** A change to what it is already is none. */
function withChange(changes: readonly Change[], change: Change): Change[] {
  const last = changes.findLast(({ workload }) => workload === change.workload);
  return last?.to === change.to ? [...changes] : [...changes, change].slice(-changesKept);
}

function withStorm(state: GuardState, storm: Storm | undefined): GuardState {
  const { storm: _, ...calm } = state;
  return storm === undefined ? calm : { ...calm, storm };
}

function forgive(state: GuardState, reset: Reset): GuardState {
  const { workload } = reset;
  return {
    ...state,
    acts: state.acts.map((act) => (act.workload === workload ? { ...act, isForgiven: true } : act)),
    history: forgetActs(state.history, workload),
    changes: state.changes.filter((change) => change.workload !== workload),
    incidents: state.incidents.filter(({ key }) => !key.endsWith(`/${workload}`)),
    resets: [...state.resets, reset].slice(-resetsKept),
  };
}

/** Acts on a workload that cooldown, attempts and failures count, oldest first; six hours of them. */
export function actsOn(state: GuardState, workload: string): Act[] {
  return state.acts.filter((act) => act.workload === workload && act.isForgiven !== true);
}

/** Closing a lease twice, or one that expired before, changes nothing. */
function closeLease(
  state: GuardState,
  { requestId, result, atMs }: { requestId: string; result?: Act['result']; atMs: number },
) {
  const lease = state.leases.find((candidate) => candidate.requestId === requestId);
  if (lease === undefined) return state;
  const leases = state.leases.filter((candidate) => candidate !== lease);
  if (result === undefined) return { ...state, leases };
  const { workload, namespace, owner, node, zone, runId, failure } = lease;
  const place = { workload, namespace, ...(owner && { owner }), ...(node && { node }), ...(zone && { zone }) };
  const act: Act = { ...place, runId, atMs, failure, result };
  const acts = [...state.acts, act].sort((a, b) => a.atMs - b.atMs);
  const changes = result === 'healthy' ? withChange(state.changes, { workload, atMs, to: 'healthy' }) : state.changes;
  return { ...state, leases, acts, changes };
}

function prune(state: GuardState, nowMs: number): GuardState {
  const old = state.acts.filter(({ atMs, isForgiven }) => atMs <= nowMs - actsKeptMs && isForgiven !== true);
  return {
    ...state,
    acts: state.acts.filter((act) => act.atMs > nowMs - actsKeptMs),
    history: remembered(state.history, old, nowMs),
    alerting: state.alerting.filter(({ atMs }) => atMs > nowMs - alertingKeptMs),
    changes: state.changes.filter(({ atMs }) => atMs > nowMs - changesKeptMs),
    incidents: state.incidents.filter(
      ({ sinceMs, lastMs }) => lastMs > nowMs - incidentCalmMs && sinceMs > nowMs - incidentRepeatMs,
    ),
    answers: state.answers.filter(({ atMs }) => atMs > nowMs - answersKeptMs),
  };
}
