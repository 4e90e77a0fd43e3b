import type {
  CheckFinding,
  FirstWord,
  FoundTarget,
  LiveLook,
  LookedNow,
  Modes,
  Seen,
} from '../domain/analysis/explain.ts';
import { failureOf } from '../domain/faults/failure.ts';
import { checksInWords, faultName, podEvidence } from '../domain/policy/check-answers.ts';
import type { Judgement } from '../domain/policy/checks/check-kind.ts';
import { choosePolicy } from '../domain/policy/match.ts';
import { planOf } from '../domain/policy/plan.ts';
import type { Check, Policy } from '../domain/policy/policy.ts';
import { modeAllowedIn } from '../domain/policy/switches.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { healthOf } from '../domain/target/health.ts';
import { namedTarget } from '../domain/target/named-target.ts';
import { type Pod, worstFirst } from '../domain/target/pod.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { VerifyInput } from './contract.ts';
import { type Ground, judgeChecks } from './judge-checks.ts';
import { nodeSeen } from './node-seen.ts';
import type { Found } from './resolve-target.ts';
import { type Case, type Settled, settle, surroundingsIn, targetOf, withPods } from './settle.ts';
import { refusalOf } from './trial.ts';
import { assess } from './verify.ts';

type ExplainInput = Pick<VerifyInput, 'alert'>;

/**
 * Read-only: what `verify` says of the alert now, and beside it everything that it weighed, also what it did not need, and
 * what the first step would be refused with. Throws CLUSTER_UNAVAILABLE when the cluster cannot be read.
 */
export async function explain(live: ClusterDeps, input: ExplainInput): Promise<LookedNow> {
  const policies = live.policies();
  // One set of policies, one reading of the pods: the parts of an explanation must fit together.
  const deps = { ...live, policies: () => policies };
  const { alert } = input;
  const { alertname, labels, cluster } = alert;
  const choice = choosePolicy(policies, alert);
  const settled = await settle(deps, input);
  const seen = await judge(settled);
  const look: LiveLook = {
    ...{ at: new Date(deps.now()).toISOString(), alertname, labels, cluster },
    ...{ losers: choice.losers, named: namedTarget(labels), checks: [], judgement: briefly(seen) },
  };
  if (choice.kind === 'none') return { look, seen };
  const [shown, refused] = await Promise.all([
    settled.open === undefined ? notLookedAt(deps, settled, choice.policy) : show(settled.open),
    seen.kind === 'actionable'
      ? refusalOf(deps, { input, verified: seen, step: 0, withinMs: trialMs, sendsNothing: true })
      : undefined,
  ]);
  return { look: { ...look, ...shown, ...(refused && { refused }) }, seen };
}

/** Part of the six seconds that an explanation has. */
const trialMs = 3_000;

async function judge(settled: Settled): Promise<Seen> {
  if (settled.kind === 'refused') return settled.refusal;
  try {
    const assessment = await assess(settled.open);
    if (assessment.kind !== 'actionable') return assessment;
    // The evidence of a run that is only played is nobody's.
    const { captured: _, ...seen } = assessment;
    return seen;
  } catch (error) {
    const isAboutCheck =
      error instanceof MendflowError && (error.code === 'PROMETHEUS_UNAVAILABLE' || error.code === 'INVALID_POLICY');
    if (!isAboutCheck) throw error;
    return { kind: 'unreadable', code: error.code, detail: error.message };
  }
}

function briefly(seen: Seen): FirstWord {
  const { kind } = seen;
  if (kind === 'actionable') return { kind, detail: seen.fault };
  if (kind === 'unreadable') return { kind, reason: 'clusterUnavailable', detail: seen.detail };
  return { kind, reason: seen.reason, detail: seen.detail };
}

type Shown = Partial<LiveLook> & Pick<LiveLook, 'checks'>;

/** Where there is no object, the policy and its steps are shown all the same. */
function notLookedAt({ switches }: ClusterDeps, settled: Settled, policy: Policy): Shown {
  const { mode: configuration } = switches;
  const notFound = settled.kind === 'refused' ? settled.notFound : undefined;
  const modes: Modes = { policy: policy.spec.mode, configuration };
  const shown = { policy: policy.metadata.name, modes, plan: planOf(policy, configuration), checks: [] };
  return { ...shown, ...(notFound && { notFound: { reason: notFound.reason, detail: notFound.detail } }) };
}

/** All that can be seen of the case, also what its assessment did not need. */
async function show(open: Case): Promise<Shown> {
  const { deps, input, policy, plan, found, census } = open;
  const whole = await withPods(open);
  const pod = podToShow(whole, plan.checks, deps.now());
  const node = nodeSeen((await census).nodes, found, pod);
  const { workload } = whole;
  const sight = { ...(pod && { pod }), ...(workload && { workload }), ...(node && { node }) };
  const names = { namespace: found.namespace, workload: found.top.name, ...(pod && { pod: pod.ref.name }) };
  const [checks, surroundings, target] = await Promise.all([
    findings(deps, plan.checks, { labels: input.alert.labels, names, sight }),
    surroundingsIn({ ...open, found: whole }, pod),
    foundTarget(open, whole, pod),
  ]);
  const failure = failureOf(faultName(plan.checks, input.alert.alertname), pod);
  const namespace = modeAllowedIn(found.namespaceAnnotations);
  const modes: Modes = { policy: policy.spec.mode, namespace, configuration: deps.switches.mode };
  return { policy: policy.metadata.name, modes, plan, checks, found: target, surroundings, failure };
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
