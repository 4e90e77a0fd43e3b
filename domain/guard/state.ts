import { leftToSweep, type Refusals, withRefusal } from '../run/way-back.ts';
import type { Surroundings } from '../target/cluster-context.ts';
import { type Target, workloadKey } from '../target/target.ts';
import { forgetActs, type History, remembered } from './act-history.ts';
import { type ConversationReport, openConversations, withConversation, withoutTries } from './conversations.ts';
import { withPause } from './pauses.ts';
import type { Verdict } from './permit.ts';
import type {
  Act,
  Change,
  Conversation,
  Incident,
  Lease,
  MatchedAlert,
  Notice,
  Pause,
  Place,
  Reset,
  Resume,
  Sighting,
  Storm,
  Truncation,
  UnknownClusterRecord,
} from './records.ts';
import { withMatches, withSightings } from './sightings.ts';
import { withTruncation } from './truncation.ts';
import { withUnknownCluster } from './unknown-clusters.ts';

export type * from './records.ts';

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
  /** Workloads that alert as labels say it, with alerts of names that no policy has matched so far. */
  heard: Sighting[];
  /** Alert names, by namespace, that some policy matched lately. */
  matched: MatchedAlert[];
  /** Nodes of the cluster, as the latest request counted them; 0 before that. */
  nodes: number;
  /** Senders that left alerts out of a delivery. */
  truncations: Truncation[];
  storm?: Storm;
  incidents: Incident[];
  /** Workloads about which a person is asked. */
  conversations: Conversation[];
  changes: Change[];
  resets: Reset[];
  /** Pauses that were lifted, newest last. */
  resumes: Resume[];
  /** Messages that no receiver has yet, oldest first. */
  notices: Notice[];
  unknownClusters: UnknownClusterRecord[];
  /** First and latest time at which runs were refused by something that ends; absent: nothing is to be looked at again. */
  refused?: Refusals;
  /** Refusals given, so that the same requestId gets the same answer; grants stand among the leases. */
  answers: { requestId: string; verdict: Verdict; atMs: number }[];
}

/** What a decision or a message changes; state = fold(effects). */
export type GuardEffect =
  | { type: 'leaseOpened'; lease: Lease }
  | { type: 'leaseClosed'; requestId: string; result?: Act['result']; atMs: number }
  | { type: 'answered'; requestId: string; verdict: Verdict; atMs: number }
  | { type: 'seen'; sightings: Sighting[]; nodes?: number }
  | { type: 'truncated'; sender: string; atMs: number }
  | { type: 'unknownCluster'; cluster: string; sender: string; alerts: number; atMs: number; isTold: boolean }
  | { type: 'changed'; change: Change }
  | { type: 'incident'; incident: Incident }
  | { type: 'incidentOver'; key: string }
  | { type: 'conversation'; report: ConversationReport; atMs: number }
  | { type: 'refused'; atMs: number }
  | { type: 'sweepStarted'; nowMs: number }
  | { type: 'noticed'; notice: Notice }
  | { type: 'told'; key: string; kind: Notice['kind'] }
  | { type: 'storm'; storm?: Storm }
  | { type: 'paused'; pause: Pause }
  | { type: 'resumed'; resume: Resume }
  | { type: 'workloadReset'; reset: Reset }
  | { type: 'pruned'; nowMs: number };

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
/** A policy that matches an alert no more is noticed within this. */
const matchedKeptMs = hourMs / 2;
/** Cooldowns, failures and budgets look back no further than this; attempts read the history as well. */
export const actsKeptMs = 6 * hourMs;
/** A run repeats a request within minutes, or never. */
const answersKeptMs = 600_000;
const answersKept = 200;
/** The breaker looks at five minutes, correlation at ten. */
const alertingKeptMs = 600_000;
const changesKeptMs = actsKeptMs;
const changesKept = 400;
/** An incident ends when nothing was heard of it for so long; one that goes on is spoken about again after a while. */
const incidentCalmMs = 1_800_000;
const incidentRepeatMs = 4 * hourMs;
const incidentsKept = 100;
const resetsKept = 50;
const resumesKept = 50;
const noticesKept = 20;

export function emptyGuardState(): GuardState {
  return {
    version: 1,
    pauses: [],
    leases: [],
    acts: [],
    history: {},
    alerting: [],
    heard: [],
    matched: [],
    nodes: 0,
    truncations: [],
    incidents: [],
    conversations: [],
    changes: [],
    resets: [],
    resumes: [],
    notices: [],
    unknownClusters: [],
    answers: [],
  };
}

/** A state as it was kept, by whatever release: what an older one did not know is empty. */
export function loadGuardState(kept: Partial<GuardState>): GuardState {
  return { ...emptyGuardState(), ...kept };
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
    case 'seen': {
      const matched = withMatches(state.matched, effect.sightings);
      const nodes = effect.nodes ?? state.nodes;
      return { ...state, matched, nodes, ...withSightings(state, effect.sightings, matched) };
    }
    case 'truncated':
      return { ...state, truncations: withTruncation(state.truncations, effect) };
    case 'unknownCluster':
      return { ...state, unknownClusters: withUnknownCluster(state.unknownClusters, effect) };
    case 'changed':
      return { ...state, changes: withChange(state.changes, effect.change) };
    case 'incident':
      return { ...state, incidents: withIncident(state.incidents, effect.incident) };
    case 'incidentOver':
      return { ...state, incidents: state.incidents.filter(({ key }) => key !== effect.key) };
    case 'conversation':
      return { ...state, conversations: withConversation(state.conversations, effect.report, effect.atMs) };
    case 'storm':
      return withStorm(state, effect.storm);
    case 'refused':
      return { ...state, refused: withRefusal(state.refused, effect.atMs) };
    case 'sweepStarted': {
      const { refused, ...rest } = state;
      const left = refused && leftToSweep(refused, effect.nowMs);
      return left === undefined ? rest : { ...rest, refused: left };
    }
    case 'noticed':
      return { ...state, notices: [...state.notices, effect.notice].slice(-noticesKept) };
    case 'told': {
      const told = state.notices.find(({ key, kind }) => key === effect.key && kind === effect.kind);
      return { ...state, notices: state.notices.filter((notice) => notice !== told) };
    }
    case 'paused':
      return { ...state, pauses: withPause(state.pauses, effect.pause) };
    case 'resumed':
      return lift(state, effect.resume);
    case 'workloadReset':
      return forgive(state, effect.reset);
    case 'pruned':
      return prune(state, effect.nowMs);
    default:
      return effect satisfies never;
  }
}

const withIncident = (incidents: readonly Incident[], incident: Incident): Incident[] =>
  [...incidents.filter(({ key }) => key !== incident.key), incident].slice(-incidentsKept);

/** Recording the same state twice does nothing. */
function withChange(changes: readonly Change[], change: Change): Change[] {
  const last = changes.findLast(({ workload }) => workload === change.workload);
  return last?.to === change.to ? [...changes] : [...changes, change].slice(-changesKept);
}

function withStorm(state: GuardState, storm: Storm | undefined): GuardState {
  const { storm: before, ...calm } = state;
  if (storm !== undefined) return { ...calm, storm };
  return before === undefined ? calm : { ...calm, refused: withRefusal(calm.refused, before.sinceMs) };
}

/**
 * Lifting a pause that is not there changes nothing. What a pause or a storm refused is looked at again in any case: a run
 * that was refused from a copy of this state may not have been able to say so.
 */
function lift(state: GuardState, resume: Resume): GuardState {
  const pause = state.pauses.find(({ id }) => id === resume.id);
  if (pause === undefined) return state;
  return {
    ...state,
    pauses: state.pauses.filter((other) => other !== pause),
    resumes: [...state.resumes, resume].slice(-resumesKept),
    refused: withRefusal(withRefusal(state.refused, pause.sinceMs), resume.atMs),
  };
}

function forgive(state: GuardState, reset: Reset): GuardState {
  const { workload } = reset;
  return {
    ...state,
    acts: state.acts.map((act) => (act.workload === workload ? { ...act, isForgiven: true } : act)),
    history: forgetActs(state.history, workload),
    changes: state.changes.filter((change) => change.workload !== workload),
    incidents: state.incidents.filter(({ key }) => !key.endsWith(`/${workload}`)),
    conversations: withoutTries(state.conversations, workload),
    resets: [...state.resets, reset].slice(-resetsKept),
  };
}

/** Acts on a workload that cooldown, attempts and failures count, oldest first; six hours of them. */
export function actsOn(state: GuardState, workload: string): Act[] {
  return state.acts.filter((act) => act.workload === workload && act.isForgiven !== true);
}

/** Leases under which something may be done: a question to a person only reserves its workload. */
export function actingLeases({ leases }: Pick<GuardState, 'leases'>): Lease[] {
  return leases.filter(({ isQuestion }) => isQuestion !== true);
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
  const { workload, namespace, owner, node, zone, runId, failure, action } = lease;
  const place = { workload, namespace, ...(owner && { owner }), ...(node && { node }), ...(zone && { zone }) };
  const act: Act = { ...place, runId, atMs, failure, action, result };
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
    heard: state.heard.filter(({ atMs }) => atMs > nowMs - alertingKeptMs),
    matched: state.matched.filter(({ atMs }) => atMs > nowMs - matchedKeptMs),
    truncations: state.truncations.filter(({ lastMs }) => lastMs > nowMs - hourMs),
    unknownClusters: state.unknownClusters.filter(({ toldMs, lastMs }) => Math.max(toldMs, lastMs) > nowMs - dayMs),
    changes: state.changes.filter(({ atMs }) => atMs > nowMs - changesKeptMs),
    incidents: state.incidents.filter(
      ({ sinceMs, lastMs }) => lastMs > nowMs - incidentCalmMs && sinceMs > nowMs - incidentRepeatMs,
    ),
    conversations: openConversations(state.conversations, nowMs),
    answers: state.answers.filter(({ atMs }) => atMs > nowMs - answersKeptMs),
  };
}
