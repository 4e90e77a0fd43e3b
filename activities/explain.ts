import type { CheckFinding, FirstWord, FoundTarget, LiveLook, Modes } from '../domain/analysis/explain.ts';
import { failureOf } from '../domain/faults/failure.ts';
import { checksInWords, faultName, podEvidence } from '../domain/policy/check-answers.ts';
import type { Judgement } from '../domain/policy/checks/check-kind.ts';
import { choosePolicy } from '../domain/policy/match.ts';
import { planOf } from '../domain/policy/plan.ts';
import type { Check, Policy } from '../domain/policy/policy.ts';
import { modeAllowedIn, strictest } from '../domain/policy/switches.ts';
import type { Assessment } from '../domain/run/assessment.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { healthOf } from '../domain/target/health.ts';
import { namedTarget } from '../domain/target/named-target.ts';
import { type Pod, worstFirst } from '../domain/target/pod.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { VerifyInput } from './contract.ts';
import { type Ground, judgeChecks } from './judge-checks.ts';
import { nodeSeen } from './node-seen.ts';
import type { Found } from './resolve-target.ts';
import { refusalOf } from './trial.ts';
import { type Case, find, surroundingsIn, targetOf, verify, withPods } from './verify.ts';

type ExplainInput = Pick<VerifyInput, 'alert'>;

/**
 * Read-only: what `verify` says of the alert now, and beside it everything that it weighed, also what it did not need, and
 * what the first step would be refused with.
 * Throws CLUSTER_UNAVAILABLE when the cluster cannot be read.
 */
export async function explain(live: ClusterDeps, { alert }: ExplainInput): Promise<LiveLook> {
  const policies = live.policies();
  // One set of policies, one reading of the pods: the parts of an explanation must fit together.
  const deps = { ...live, policies: () => policies };
  const judged = await judge(deps, { alert });
  const { alertname, labels, cluster } = alert;
  const choice = choosePolicy(policies, alert);
  const look: LiveLook = {
    ...{ at: new Date(deps.now()).toISOString(), alertname, labels, cluster },
    ...{ losers: choice.losers, named: namedTarget(labels), checks: [], judgement: briefly(judged) },
  };
  if (choice.kind === 'none') return look;
  const [seen, refused] = await Promise.all([
    lookAt(deps, { alert }, choice.policy),
    judged.kind === 'actionable'
      ? refusalOf(deps, { input: { alert }, verified: judged, step: 0, withinMs: trialMs, sendsNothing: true })
      : undefined,
  ]);
  return { ...look, ...seen, ...(refused && { refused }) };
}

/** Part of the seven seconds that an explanation has. */
const trialMs = 3_000;
type Unreadable = Extract<FirstWord, { kind: 'unreadable' }>;

async function judge(deps: ClusterDeps, input: ExplainInput): Promise<Assessment | Unreadable> {
  try {
    return await verify(deps, input);
  } catch (error) {
    const isAboutCheck =
      error instanceof MendflowError && (error.code === 'PROMETHEUS_UNAVAILABLE' || error.code === 'INVALID_POLICY');
    if (!isAboutCheck) throw error;
    return { kind: 'unreadable', reason: 'clusterUnavailable', detail: error.message };
  }
}

function briefly(assessment: Assessment | Unreadable): FirstWord {
  if (assessment.kind === 'actionable') return { kind: 'actionable', detail: assessment.fault };
  if (assessment.kind === 'unreadable') return assessment;
  const { kind, reason, detail } = assessment;
  return { kind, reason, detail };
}

type Seen = Partial<LiveLook> & Pick<LiveLook, 'checks'>;

async function lookAt(deps: ClusterDeps, input: ExplainInput, policy: Policy): Promise<Seen> {
  const { name } = policy.metadata;
  const configuration = deps.switches.mode;
  const found = await find(deps, input);
  if ('reason' in found) {
    const modes: Modes = { policy: policy.spec.mode, configuration };
    return { policy: name, modes, plan: planOf(policy, configuration), checks: [], notFound: found };
  }
  const namespace = modeAllowedIn(found.namespaceAnnotations);
  const plan = planOf(policy, strictest(configuration, namespace));
  const census = deps.census(found.namespace);
  // It is waited for below; until then a failure of it is nobody's.
  census.catch(() => undefined);
  const open: Case = { deps, input, policy, plan, found, census };
  const whole = await withPods(open);
  const pod = podToShow(whole, plan.checks, deps.now());
  const node = nodeSeen((await census).nodes, found, pod);
  const { workload } = whole;
  const sight = { ...(pod && { pod }), ...(workload && { workload }), ...(node && { node }) };
  const names = { namespace: found.namespace, workload: found.top.name, ...(pod && { pod: pod.ref.name }) };
  const [checks, surroundings, shown] = await Promise.all([
    findings(deps, plan.checks, { labels: input.alert.labels, names, sight }),
    surroundingsIn({ ...open, found: whole }, pod),
    foundTarget(open, whole, pod),
  ]);
  const failure = failureOf(faultName(plan.checks, input.alert.alertname), pod);
  const modes: Modes = { policy: policy.spec.mode, namespace, configuration };
  return { policy: name, modes, plan, checks, found: shown, surroundings, failure };
}

/** The pod that the alert names; else the one that shows most of the fault, or is worst off. */
function podToShow({ pod, pods = [] }: Found, checks: readonly Check[], nowMs: number): Pod | undefined {
  if (pod !== undefined) return pod;
  const living = pods.filter(({ isTerminating }) => !isTerminating).sort(worstFirst);
  return living.find((other) => podEvidence(other, checks, nowMs) !== undefined) ?? living[0];
}

/** Each check by itself: one that cannot be asked leaves the others to be read. */
function findings(deps: ClusterDeps, checks: readonly Check[], ground: Ground): Promise<CheckFinding[]> {
  return Promise.all(
    checks.map(async (check) => {
      try {
        return findingOf(check, await judgeChecks(deps, [check], ground));
      } catch (error) {
        if (!(error instanceof MendflowError)) throw error;
        return findingOf(check, { kind: 'unproven', why: error.message });
      }
    }),
  );
}

function findingOf(check: Check, judged: Judgement<string[]>): CheckFinding {
  const words = checksInWords([check]);
  if (judged.kind === 'holds') return { check: words, result: 'holds', evidence: judged.evidence.join('; ') };
  return { check: words, result: judged.kind === 'fails' ? 'fails' : 'unknown', evidence: judged.why };
}

async function foundTarget(open: Case, found: Found, pod: Pod | undefined): Promise<FoundTarget> {
  const { workload, top } = found;
  const refs = [...(pod ? [pod.ref, ...(pod.owner ? [pod.owner] : [])] : []), top];
  const chain = refs.filter(({ uid }, index) => refs.findIndex((other) => other.uid === uid) === index);
  const pods = workload && (found.pods ?? (await open.deps.cluster.listPodsOf(workload)));
  return {
    chain: chain.map(({ kind, name }) => `${kind} ${name}`),
    target: targetOf(open, { ...found, ...(pod && { pod }) }),
    ...(workload && pods && { health: healthOf(workload, pods) }),
  };
}
