import type { Assessment } from '../domain/assessment.ts';
import { checksInWords, faultName, needsPod, podEvidence } from '../domain/checks.ts';
import { failureOf } from '../domain/failure.ts';
import { adviceFor } from '../domain/faults/index.ts';
import { ownership } from '../domain/guards/ownership.ts';
import { healthOf } from '../domain/health.ts';
import { choosePolicy, relevantLosers } from '../domain/match.ts';
import { namedTarget } from '../domain/named-target.ts';
import { type Plan, planOf } from '../domain/plan.ts';
import { type Pod, worstFirst } from '../domain/pod.ts';
import type { Policy } from '../domain/policy.ts';
import type { Reason } from '../domain/reasons.ts';
import { type Surroundings, surroundingsOf } from '../domain/surroundings.ts';
import { modeAllowedIn, strictest } from '../domain/switches.ts';
import { type Target, targetLabel } from '../domain/target.ts';
import { factsOf } from '../domain/target-facts.ts';
import { captureEvidence } from './capture-evidence.ts';
import type { Census } from './census.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import { confirmByPrometheus } from './confirm-by-prometheus.ts';
import type { VerifyInput } from './contract.ts';
import { pausedEverywhere, pausedHere } from './kill-switch.ts';
import { type Found, findAgain, findNamed, type NotFound } from './resolve-target.ts';

/** Everything that is settled before the checks are asked. */
interface Case {
  deps: ClusterDeps;
  input: VerifyInput;
  policy: Policy;
  plan: Plan;
  found: Found;
  census: Promise<Census>;
}

/** Throws CLUSTER_UNAVAILABLE or PROMETHEUS_UNAVAILABLE when the truth cannot be read: no news is never a yes. */
export async function verify(deps: ClusterDeps, input: VerifyInput): Promise<Assessment> {
  const { alert, previous } = input;
  if (alert.cluster !== deps.clusterName) {
    return refusal(deps, 'foreignCluster', `this is ${deps.clusterName}, the alert speaks of ${alert.cluster}`);
  }
  const choice = choosePolicy(deps.policies(), alert);
  if (choice.kind === 'none') {
    const why = relevantLosers(choice)
      .map((loser) => `${loser.policy}: ${loser.why}`)
      .join('; ');
    // Without a namespace no scope fits; that there is none says more.
    const named = choice.reason === 'namespaceNotAllowed' ? namedTarget(alert.labels) : undefined;
    if (named !== undefined && 'reason' in named) return refusal(deps, named.reason, named.detail);
    return refusal(deps, choice.reason, why === '' ? 'there are no policies' : why);
  }
  const { policy } = choice;
  const known = { policy: policy.metadata.name, ...(previous && { target: previous }) };
  const census = deps.census(alert.labels.namespace ?? '');
  // It is waited for where it is needed only; until then a failure of it is nobody's.
  census.catch(() => undefined);
  const [paused, found] = await Promise.all([pausedEverywhere(deps), find(deps, input)]);
  if (paused !== undefined) return refusal(deps, 'paused', paused, known);
  if ('reason' in found) return refusal(deps, found.reason, found.detail, known);
  const { namespace, namespaceAnnotations, workload } = found;
  const pausedThere = pausedHere(
    { annotations: namespaceAnnotations },
    { namespace, workload: workload?.annotations, nowMs: deps.now() },
  );
  if (pausedThere !== undefined) return refusal(deps, 'paused', pausedThere, known);
  const plan = planOf(policy, strictest(deps.switches.mode, modeAllowedIn(namespaceAnnotations)));
  return assess({ deps, input, policy, plan, found, census });
}

async function find({ cluster }: ClusterDeps, { alert, previous }: VerifyInput): Promise<Found | NotFound> {
  if (previous !== undefined) return findAgain(cluster, previous);
  const named = namedTarget(alert.labels);
  return 'reason' in named ? named : findNamed(cluster, named);
}

async function assess(open: Case): Promise<Assessment> {
  const { deps, input, plan } = open;
  const whole = targetOf(open, open.found);
  const barred = barredBy(open, whole);
  if (barred !== undefined) return barred;
  const found = await withPods(open);
  for (const pod of candidates({ ...open, found })) {
    const target = targetOf(open, { ...found, ...(pod && { pod }) });
    const barredPod = barredBy(open, target);
    if (barredPod !== undefined) return barredPod;
    const names = { namespace: target.namespace, workload: target.workload.name, ...(pod && { pod: pod.ref.name }) };
    const confirmed = await confirmByPrometheus(deps.prometheus, plan.checks, names);
    if (confirmed === undefined) continue;
    const shown = (pod && podEvidence(pod, plan.checks, deps.now())) ?? [];
    // The first look keeps what the object was like while it was ill; later ones would show our own doing.
    const [captured, surroundings] = await Promise.all([
      input.previous === undefined ? captureEvidence(deps, { target, pod }) : undefined,
      surroundingsIn({ ...open, found }, pod),
    ]);
    const fault = faultName(plan.checks, input.alert.alertname);
    return {
      kind: 'actionable',
      target,
      plan,
      fault,
      failure: failureOf(fault, pod),
      surroundings,
      evidence: [...shown, ...confirmed, ...advice(plan)],
      ...(captured && { captured }),
      ...stamp(deps),
    };
  }
  return withoutFault({ ...open, found });
}

async function surroundingsIn({ deps, census, found }: Case, pod: Pod | undefined): Promise<Surroundings> {
  const { workload } = found;
  const scene = { ...(await census), vitals: deps.cluster.vitals() };
  return surroundingsOf({ ...scene, ...(workload && { workload }), ...(pod && { pod }) });
}

/** The pods are listed where the alert names a workload, or where the run looks at it again. */
async function withPods({ deps, found }: Case): Promise<Found> {
  if (found.pod !== undefined || found.workload === undefined) return found;
  return { ...found, pods: await deps.cluster.listPodsOf(found.workload) };
}

/** Pods that show every condition, worst first; `undefined` stands for the workload where no check is about a pod. */
function candidates({ deps, found, plan }: Case): (Pod | undefined)[] {
  if (found.pod === undefined && !needsPod(plan.checks)) return [undefined];
  const pods = found.pod === undefined ? (found.pods ?? []) : [found.pod];
  const showing = pods.filter((pod) => !pod.isTerminating && podEvidence(pod, plan.checks, deps.now()) !== undefined);
  return showing.sort(worstFirst).slice(0, deps.limits.candidates);
}

async function withoutFault({ deps, found, plan, ...open }: Case): Promise<Assessment> {
  const target = targetOf({ ...open, deps, found, plan }, found);
  const label = targetLabel(target);
  const looked = `${label} does not show ${checksInWords(plan.checks)}`;
  const { workload } = found;
  if (workload === undefined) return refusal(deps, 'faultGone', looked, { policy: plan.policy, target });
  const health = healthOf(workload, found.pods ?? (await deps.cluster.listPodsOf(workload)));
  if (health.kind === 'healthy') {
    const detail = `${looked}, and all ${workload.desired} pods of the workload are ready`;
    return { kind: 'recovered', target, plan, reason: 'workloadHealthy', detail, ...stamp(deps) };
  }
  const detail = `${looked}; the workload is not healthy yet: ${health.why}`;
  return refusal(deps, 'faultGone', detail, { policy: plan.policy, target });
}

function targetOf({ deps, policy }: Case, found: Found): Target {
  const { excludeLabels } = policy.spec.scope;
  return {
    cluster: deps.clusterName,
    namespace: found.namespace,
    workload: found.top,
    ...(found.pod && { pod: found.pod.ref }),
    facts: factsOf(found, { excludeLabels, ...deps.identity }),
  };
}

function barredBy({ deps, plan }: Case, target: Target): Assessment | undefined {
  const bar = ownership({ target, allowedNamespaces: plan.allowedNamespaces });
  return bar && refusal(deps, bar.reason, bar.detail, { policy: plan.policy, target });
}

function advice({ checks }: Plan): string[] {
  const known = checks.flatMap((check) => ('podCondition' in check ? [adviceFor(check.podCondition.reason)] : []));
  return [...new Set(known.filter((text) => text !== undefined))];
}

function refusal(
  deps: ClusterDeps,
  reason: Reason,
  detail: string,
  more: { policy?: string; target?: Target } = {},
): Assessment {
  return { kind: 'notActionable', reason, detail, ...more, ...stamp(deps) };
}

function stamp({ now }: ClusterDeps) {
  return { verifiedAt: new Date(now()).toISOString() };
}
