import { failureOf } from '../domain/faults/failure.ts';
import { verifiedClass } from '../domain/faults/verified-class.ts';
import { ownership } from '../domain/guard/rules/ownership.ts';
import { needsApprovalIn } from '../domain/policy/approval-need.ts';
import { checksInWords, faultName, judgeStatus, needsOf } from '../domain/policy/check-answers.ts';
import type { Judgement, Sight } from '../domain/policy/checks/check-kind.ts';
import type { Plan } from '../domain/policy/plan.ts';
import type { Assessment, Shown } from '../domain/run/assessment.ts';
import { shownOf } from '../domain/run/shown.ts';
import { absence, healthBefore, healthOf, healthyInWords, wantsNoPod } from '../domain/target/health.ts';
import { type Pod, worstFirst } from '../domain/target/pod.ts';
import { type Target, targetLabel } from '../domain/target/target.ts';
import type { Workload } from '../domain/target/workload.ts';
import { captureEvidence, tellingOf } from './capture-evidence.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import { confirmByPrometheus } from './confirm-by-prometheus.ts';
import type { VerifyInput } from './contract.ts';
import { workDoneBy } from './job-copies.ts';
import { podSinceRaise } from './memory-mark.ts';
import { nodeSeen } from './node-seen.ts';
import { type Case, type Refusal, refusal, settle, stamp, surroundingsIn, targetOf, withPods } from './settle.ts';

/** Throws CLUSTER_UNAVAILABLE or PROMETHEUS_UNAVAILABLE when the truth cannot be read: no news is never a yes. */
export async function verify(deps: ClusterDeps, input: VerifyInput): Promise<Assessment> {
  const settled = await settle(deps, input);
  return settled.kind === 'open' ? assess(settled.open) : settled.refusal;
}

/** Judges the checks on what is settled. Throws as `verify` does. */
export async function assess(open: Case): Promise<Assessment> {
  const whole = targetOf(open, open.found);
  const barred = barredBy(open, whole);
  // Whether a node of the control plane is broken is looked at all the same: somebody must know.
  if (barred === undefined || barred.reason === 'controlPlaneNode') return judge(open, whole);
  if (open.input.previous === undefined) return barred;
  // A run that asks a person listens for the end of the trouble, which comes to what may not be touched as well.
  const seen = await judge(open, whole);
  const isOver = seen.kind === 'recovered' || (seen.kind === 'notActionable' && seen.reason === 'targetGone');
  return isOver ? seen : barred;
}

/** What the target shows, whatever may be done to it. */
async function judge(open: Case, whole: Target): Promise<Assessment> {
  const { deps, input, plan } = open;
  const { workload } = open.found;
  if (workload !== undefined && wantsNoPod(workload)) return wantsNone(open, whole, workload);
  const copy = await workDoneBy(deps.cluster, workload);
  if (copy !== undefined) return doneByCopy(open, whole, copy);
  const found = await withPods(open);
  const looks = await looksAt({ ...open, found });
  const doubts: Doubt[] = [];
  for (const look of looks.filter(({ judged }) => judged.kind === 'holds').slice(0, deps.limits.candidates)) {
    const { pod } = look.sight;
    const target = targetOf(open, { ...found, ...(pod && { pod }) });
    const barredPod = barredBy(open, target);
    if (barredPod !== undefined) return withFault(open, look, barredPod);
    const names = { namespace: target.namespace, workload: target.workload.name, ...(pod && { pod: pod.ref.name }) };
    const values = { names, labels: input.alert.labels };
    const confirmed = await confirmByPrometheus(deps.prometheus, plan.checks, values);
    if (confirmed.kind === 'holds')
      return actionable({ ...open, found }, { target, look, confirmed: confirmed.evidence });
    doubts.push(confirmed);
  }
  return withoutFault({ ...open, found }, looks, doubts);
}

/** A workload that wants no pod is not healthy: it is not there. */
function wantsNone({ deps, plan }: Case, target: Target, workload: Workload): Assessment {
  const { kind, namespace, name } = target.workload;
  const detail = `${kind} ${namespace}/${name} wants no pod: ${absence(workload)}`;
  return refusal(deps, 'targetGone', detail, { policy: plan.policy, target });
}

/** The Job itself stays failed for ever; its alert goes on for as long as it is kept. */
function doneByCopy({ deps, plan }: Case, target: Target, copy: Workload): Assessment {
  const detail = `Job ${target.namespace}/${target.workload.name} has failed, and its copy ${copy.ref.name} has done the work`;
  return { kind: 'recovered', target, plan, reason: 'workloadHealthy', detail, ...stamp(deps) };
}

interface Verified {
  target: Target;
  look: Look;
  /** What Prometheus said. */
  confirmed: string[];
}

async function actionable(open: Case, { target, look, confirmed }: Verified): Promise<Assessment> {
  const { deps, input, plan } = open;
  const { pod } = look.sight;
  // The first look keeps what the object was like while it was ill; later ones would show our own doing.
  const [captured, surroundings] = await Promise.all([
    input.previous === undefined
      ? captureEvidence(deps, { target, measured: confirmed, ...tellingOf(open.found, pod) })
      : undefined,
    surroundingsIn(open, pod),
  ]);
  const fault = faultName(plan.checks, input.alert.alertname);
  const shown = look.judged.kind === 'holds' ? look.judged.evidence : [];
  return {
    kind: 'actionable',
    target,
    plan,
    fault,
    failure: failureOf(fault, pod),
    surroundings,
    ...(open.found.workload && { before: healthBefore(open.found.workload, pod) }),
    evidence: [...shown, ...confirmed, ...advice(plan)],
    ...(captured && { captured }),
    ...shownBy(open, look.sight),
    needsApproval: (open.input.steps ?? plan.steps).map((step) =>
      needsApprovalIn(step, { target, surroundings, settings: plan.guards }),
    ),
    ...stamp(deps),
  };
}

/** Kept the first time only, as the evidence is. */
function shownBy({ input, plan }: Case, sight: Partial<Sight>): { shown?: Shown } {
  return input.previous === undefined ? { shown: shownOf(plan.checks, sight) } : {};
}

/** A pod, or the workload where no check is about a pod, and what its live status says of the checks. */
interface Look {
  sight: Partial<Sight>;
  judged: Judgement<string[]>;
}
type Doubt = Exclude<Judgement, { kind: 'holds' }>;

/** Every pod that is not on its way out, worst first. */
async function looksAt({ deps, found, plan, census }: Case): Promise<Look[]> {
  const needs = needsOf(plan.checks);
  const nodes = needs.has('node') ? (await census).nodes : [];
  const lookAt = (pod?: Pod): Look => {
    const node = nodeSeen(nodes, found, pod);
    const sight = { ...(found.workload && { workload: found.workload }), ...(pod && { pod }), ...(node && { node }) };
    return { sight, judged: judgeStatus(plan.checks, sight, deps.now()) };
  };
  const standsForItself = found.ownerKind === 'Job' || found.ownerKind === 'Node';
  if (found.pod === undefined && (standsForItself || !needs.has('pod'))) return [lookAt()];
  const pods = found.pod === undefined ? (found.pods ?? []) : [found.pod];
  return pods
    .filter((pod) => !pod.isTerminating)
    .sort(worstFirst)
    .map((pod) => lookAt(podSinceRaise(pod, found.workload)));
}

/** `doubts` are what Prometheus did not confirm on pods whose live status shows everything. */
async function withoutFault(open: Case, looks: readonly Look[], doubts: readonly Doubt[]): Promise<Assessment> {
  const { deps, found, plan } = open;
  const target = targetOf(open, found);
  const seen = looks.flatMap(({ judged }) => (judged.kind === 'holds' ? [] : [judged]));
  const isOpen = ({ kind }: Doubt) => kind === 'unproven';
  const told = doubts.find(isOpen) ?? seen.find(isOpen) ?? doubts[0] ?? seen[0];
  const looked = `${targetLabel(target)} does not show ${checksInWords(plan.checks)}${told ? `: ${told.why}` : ''}`;
  const { workload } = found;
  const pods = found.pods ?? (workload === undefined ? [] : await deps.cluster.listPodsOf(workload));
  const pod = found.pod ?? [...pods].sort(worstFirst)[0];
  const sight = { ...looks[0]?.sight, ...(workload && { workload }), ...(pod && { pod }) };
  const more = { policy: plan.policy, target, ...shownBy(open, sight) };
  // A question that cannot be asked is not answered by pods that are ready.
  if (doubts.some(isOpen)) return refusal(deps, 'faultUnproven', looked, more);
  const reason = told?.kind === 'unproven' ? 'faultUnproven' : 'faultGone';
  if (workload === undefined) return refusal(deps, reason, looked, more);
  const { before } = open.input;
  const health = healthOf(workload, pods, before && { before });
  if (health.kind !== 'healthy') {
    return refusal(deps, reason, `${looked}; the workload is not healthy yet: ${health.why}`, more);
  }
  const detail = `${looked}, and ${healthyInWords(workload, health.notReady)}`;
  const { shown } = more;
  return {
    kind: 'recovered',
    target,
    plan,
    reason: 'workloadHealthy',
    detail,
    ...(shown && { shown }),
    ...stamp(deps),
  };
}

/** A broken node of the control plane is a person's case: what is wrong with it, and whom the policy tells. */
function withFault({ plan }: Case, { judged }: Look, refusal: Refusal): Refusal {
  if (refusal.reason !== 'controlPlaneNode' || judged.kind !== 'holds') return refusal;
  return { ...refusal, plan, detail: `${judged.evidence.join('; ')}; ${refusal.detail}` };
}

function barredBy({ deps, plan }: Case, target: Target): Refusal | undefined {
  const bar = ownership({ target, allowedNamespaces: plan.allowedNamespaces });
  return bar && refusal(deps, bar.reason, bar.detail, { policy: plan.policy, target });
}

function advice({ checks }: Plan): string[] {
  return [...new Set(checks.flatMap((check) => verifiedClass(check)?.advice ?? []))];
}
