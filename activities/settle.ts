import { objectLabels } from '../domain/alert/exporter-labels.ts';
import { choosePolicy, noPolicyInWords } from '../domain/policy/match.ts';
import { type Plan, planOf } from '../domain/policy/plan.ts';
import type { Policy } from '../domain/policy/policy.ts';
import { modeAllowedIn, strictest } from '../domain/policy/switches.ts';
import type { Assessment, Shown } from '../domain/run/assessment.ts';
import type { Reason } from '../domain/run/reasons.ts';
import { type Surroundings, surroundingsOf } from '../domain/target/cluster-context.ts';
import { namedTarget } from '../domain/target/named-target.ts';
import type { Pod } from '../domain/target/pod.ts';
import type { Target } from '../domain/target/target.ts';
import { factsOf } from '../domain/target/target-facts.ts';
import type { Census } from './census.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { VerifyInput } from './contract.ts';
import { pausedEverywhere, pausedHere } from './kill-switch.ts';
import { type Found, findAgain, findNamed, type NotFound } from './resolve-target.ts';
import { unhelpfulSteps } from './unhelpful-steps.ts';

/** Everything that is settled before the checks are asked. */
export interface Case {
  deps: ClusterDeps;
  input: VerifyInput;
  policy: Policy;
  plan: Plan;
  found: Found;
  census: Promise<Census>;
}

/** A refusal before any check. */
export type Refusal = Extract<Assessment, { kind: 'notActionable' }>;

/** What is settled: the case, or why its checks are not asked; the case also where only a pause is on. */
export type Settled =
  | { kind: 'open'; open: Case }
  | { kind: 'refused'; refusal: Refusal; open?: Case; notFound?: NotFound };

/** Finds out what the checks are to be asked of, or why they are not asked. Throws CLUSTER_UNAVAILABLE. */
export async function settle(deps: ClusterDeps, input: VerifyInput): Promise<Settled> {
  const { alert, previous } = input;
  const refused = (reason: Reason, detail: string): Settled => {
    return { kind: 'refused', refusal: refusal(deps, reason, detail) };
  };
  if (alert.cluster !== deps.clusterName) {
    return refused('foreignCluster', `this worker serves ${deps.clusterName}, the alert is about ${alert.cluster}`);
  }
  const choice = choosePolicy(deps.policies(), alert);
  if (choice.kind === 'none') {
    // Without a namespace no scope fits; that there is none says more.
    const named = choice.reason === 'namespaceNotAllowed' ? namedTarget(alert.labels) : undefined;
    if (named?.kind === 'unnamed') return refused(named.reason, named.detail);
    return refused(choice.reason, noPolicyInWords(choice));
  }
  const { policy } = choice;
  const known = { policy: policy.metadata.name, ...(previous && { target: previous }) };
  const census = deps.census(objectLabels(alert.labels).namespace ?? '');
  // It is waited for where it is needed only; until then a failure of it is nobody's.
  census.catch(() => undefined);
  const [pausedAll, found] = await Promise.all([pausedEverywhere(deps), find(deps, input)]);
  if (found.kind === 'notFound') {
    const [reason, detail] = pausedAll === undefined ? [found.reason, found.detail] : (['paused', pausedAll] as const);
    return { kind: 'refused', refusal: refusal(deps, reason, detail, known), notFound: found };
  }
  const plan = planOf(policy, strictest(deps.switches.mode, modeAllowedIn(found.namespaceAnnotations)));
  const open: Case = { deps, input, policy, plan, found, census };
  const paused = pausedAll ?? pausedAt(open);
  if (paused === undefined) return { kind: 'open', open };
  return { kind: 'refused', refusal: refusal(deps, 'paused', paused, known), open };
}

function pausedAt({ deps, found }: Case): string | undefined {
  const { namespace, namespaceAnnotations, workload } = found;
  const about = { namespace, workload: workload?.annotations, nowMs: deps.now() };
  return pausedHere({ annotations: namespaceAnnotations }, about);
}

/** The live object that the labels name, or that the run looked at before. */
async function find({ cluster }: ClusterDeps, { alert, previous }: VerifyInput): Promise<Found | NotFound> {
  if (previous !== undefined) return findAgain(cluster, previous);
  const named = namedTarget(alert.labels);
  return named.kind === 'unnamed' ? { ...named, kind: 'notFound' } : findNamed(cluster, named);
}

/** Fails as the census does. */
export async function surroundingsIn(open: Case, pod: Pod | undefined): Promise<Surroundings> {
  const { deps, input, plan, found, census } = open;
  const { workload } = found;
  const useless = unhelpfulSteps(deps, input, { steps: input.steps ?? plan.steps, workload });
  const [there, steps] = await Promise.all([census, useless]);
  const scene = { ...there, vitals: deps.cluster.vitals() };
  const seen = { ...(workload && { workload }), ...(pod && { pod }), ...(found.pods && { pods: found.pods }) };
  const around = surroundingsOf({ ...scene, ...seen });
  return steps.length === 0 ? around : { ...around, unhelpful: [...(around.unhelpful ?? []), ...steps] };
}

/** The pods are listed where the alert names a workload, or where the run looks at it again. */
export async function withPods({ deps, found }: Case): Promise<Found> {
  if (found.pod !== undefined || found.workload === undefined) return found;
  return { ...found, pods: await deps.cluster.listPodsOf(found.workload) };
}

/** The target with the facts that the guard judges. */
export function targetOf({ deps, policy }: Case, found: Found): Target {
  const { excludeLabels, nodes } = policy.spec.scope;
  return {
    cluster: deps.clusterName,
    namespace: found.namespace,
    workload: found.top,
    ...(found.pod && { pod: found.pod.ref }),
    facts: factsOf(found, { excludeLabels, ...(nodes && { nodeLabels: nodes }), ...deps.identity }),
  };
}

/** A refusal, stamped with the time. */
export function refusal(
  deps: ClusterDeps,
  reason: Reason,
  detail: string,
  more: { policy?: string; target?: Target; shown?: Shown } = {},
): Refusal {
  return { kind: 'notActionable', reason, detail, ...more, ...stamp(deps) };
}

/** When it was looked, for an assessment. */
export function stamp({ now }: ClusterDeps) {
  return { verifiedAt: new Date(now()).toISOString() };
}
