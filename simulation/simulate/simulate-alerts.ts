import type { Switches } from '../../activities/kill-switch.ts';
import type { Prometheus } from '../../activities/prometheus.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import type { GuardLimits } from '../../domain/guard/rules/rule.ts';
import { choosePolicy, type Loser } from '../../domain/policy/match.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { formatDuration } from '../../domain/text/duration.ts';
import { answering, type PersonAnswer, thinkingMs } from '../people.ts';
import { type RunView, type Told, World } from '../world.ts';
import { askBeforehand, assumedPrometheus, type KnownAnswers, queriesFor } from './assumed-prometheus.ts';
import { placeSnapshot, startupMs } from './place-snapshot.ts';
import { heal, letJobRecur, letRecur, type Remedy } from './remedy.ts';
import type { Snapshot } from './snapshot.ts';
import { jobIn, targetIn } from './targets.ts';

/** What is simulated, and under which assumptions. */
export interface SimulationQuestion {
  snapshot: Snapshot;
  alerts: readonly Alert[];
  policies: readonly Policy[];
  clusterName: string;
  limits: GuardLimits;
  switches: Switches;
  remedy: Remedy;
  answer: PersonAnswer;
  /** A real one, asked once. */
  prometheus?: Prometheus;
  /** No longer than this, ms. */
  atMostMs: number;
}

/** What would become of alerts. */
export interface SimulationReport {
  /** Unix ms. */
  startMs: number;
  assumptions: string[];
  alerts: { alert: Alert; policy?: string; losers: Loser[] }[];
  runs: RunView[];
  acts: { atMs: number; action: string; object: string; workload: string }[];
  told: Told[];
}

/** Lets the alerts come over the snapshot, and time pass until every run has ended. Rejects with a fault of ours. */
export async function simulateAlerts(question: SimulationQuestion): Promise<SimulationReport> {
  const { snapshot, alerts, policies, atMostMs, remedy } = question;
  const known = new Map<string, number[]>();
  const curedNames = new Set<string>();
  const world = openWorld(question, assumedPrometheus(known, curedNames));
  const { store } = world.cluster;
  placeSnapshot(store, snapshot);
  for (const [key, values] of await knownAnswers(question, world)) known.set(key, values);
  const remedyWords = remedy === 'fails' ? recurring(question, world) : curing(world, curedNames);
  const acts: SimulationReport['acts'] = [];
  const { onWrite } = world.cluster;
  world.cluster.onWrite = (write) => {
    const { atMs, verb, object, workload, changed, by } = write;
    const action = by?.action ?? verb;
    if (changed) acts.push({ atMs, action, workload, object: `${object.kind} ${object.namespace}/${object.name}` });
    onWrite(write);
  };
  for (const alert of alerts) world.deliver(alert);
  await world.runUntilAllEnded(snapshot.atMs + atMostMs);
  return {
    startMs: snapshot.atMs,
    assumptions: [...remedyWords, ...assumptionsOf(question)],
    alerts: alerts.map((alert) => ({ alert, ...choiceFor(policies, alert) })),
    runs: world.runs(),
    acts,
    told: world.told,
  };
}

function openWorld(question: SimulationQuestion, prometheus: Prometheus): World {
  const { snapshot, policies, clusterName, limits, switches, answer } = question;
  const world: World = new World({
    ...{ policies, clusterName, limits, switches, prometheus, startMs: snapshot.atMs },
    tamper: { hub: (real) => answering(real, answer, () => world) },
  });
  return world;
}

async function knownAnswers(question: SimulationQuestion, world: World): Promise<KnownAnswers> {
  const { prometheus, policies, alerts } = question;
  if (prometheus === undefined) return new Map();
  return askBeforehand(prometheus, { store: world.cluster.store, policies, alerts });
}

function recurring({ alerts }: SimulationQuestion, { cluster }: World): string[] {
  const targets = alerts.map((alert) => targetIn(cluster.store, alert)).filter((target) => target !== undefined);
  const jobs = alerts.map((alert) => jobIn(cluster.store, alert)).filter((job) => job !== undefined);
  return [
    ...new Set([
      ...targets.map((target) => letRecur(cluster.store, target)),
      ...jobs.map((job) => letJobRecur(cluster.store, job)),
    ]),
  ];
}

/** The first act on a workload cures it, the moment before it changes anything. */
function curing(world: World, curedNames: Set<string>): string[] {
  const { store } = world.cluster;
  world.cluster.onWrite = ({ changed, workload }) => {
    if (!changed) return;
    heal(store, workload);
    curedNames.add(workload.split('/')[2] ?? '');
    for (const { base } of store.podsUnder(workload)) curedNames.add(base.ref.name);
  };
  return [`the first step cures its workload; a fresh pod is ready after ${formatDuration(startupMs)}`];
}

function choiceFor(policies: readonly Policy[], alert: Alert): { policy?: string; losers: Loser[] } {
  const choice = choosePolicy(policies, alert);
  return choice.kind === 'none'
    ? { losers: choice.losers }
    : { policy: choice.policy.metadata.name, losers: choice.losers };
}

function assumptionsOf({ snapshot, policies, alerts, answer, prometheus }: SimulationQuestion): string[] {
  const { unseen } = snapshot;
  const asksPrometheus = alerts.some((alert) => queriesFor(policies, alert).length > 0);
  const word = answer === 'nothing' ? 'nobody answers' : `people ${answer} ${formatDuration(thinkingMs)} later`;
  return [
    `when a run asks for approval, ${word}`,
    ...(asksPrometheus && prometheus === undefined ? ['every promql check holds; no Prometheus is asked'] : []),
    ...(asksPrometheus && prometheus !== undefined
      ? ['Prometheus was asked once; about fresh pods it says the same']
      : []),
    'the guard starts empty: it knows no earlier act, budget, cooldown or pause',
    ...(unseen.length > 0 ? [`ignored: ${unseen.join('; ')}`] : []),
  ];
}
