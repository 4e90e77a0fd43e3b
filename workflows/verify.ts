import { isRehearsal, type Plan } from '../domain/policy/plan.ts';
import { strictest } from '../domain/policy/switches.ts';
import type { Assessment } from '../domain/run/assessment.ts';
import { firstLook } from '../domain/run/recorded.ts';
import type { HealthBefore } from '../domain/target/health.ts';
import { type Target, targetLabel } from '../domain/target/target.ts';
import { tell, waitFor } from './progress.ts';
import { type Run, type VerifiedRun, verifiedRun } from './state.ts';

/** What a look at the cluster came to: a run that may act, or why there is nothing to act on. */
export type Look = { kind: 'actionable'; run: VerifiedRun } | Exclude<Assessment, { kind: 'actionable' }>;

/**
 * Looks at the cluster, live. The first time it finds the target and the plan; later it judges the same workload again.
 * `next`: the step that is to be taken now, which is tried out where a person must approve it.
 */
export async function verify(run: Run, next?: number): Promise<Look> {
  waitFor(run, 'the cluster');
  // What is heard from now on may be news to this look.
  delete run.next;
  const { plan, status } = run;
  const { before } = run;
  const previous =
    status.target === undefined
      ? {}
      : { previous: status.target, ...(plan !== undefined && { steps: plan.steps }), ...(before && { before }) };
  const asked = { alert: run.alert, ...previous, ...(next !== undefined && { next }) };
  const assessment = applyStricterMode(run, await run.cluster.verify(asked));
  if (run.status.target === undefined)
    run.status.segments.receivedToVerifiedMs = Date.now() - Date.parse(run.alert.receivedAt);
  return remember(run, assessment);
}

/**
 * A policy, namespace or installation that was made stricter while the run is under way is heeded: Approve asks a person
 * from now on, Observe and DryRun stop the run. The other way round changes nothing.
 */
function applyStricterMode(run: Run, assessment: Assessment): Assessment {
  if (assessment.kind !== 'actionable' || run.plan === undefined || isRehearsal(run.plan.mode)) return assessment;
  const { plan, target, verifiedAt } = assessment;
  if (!isRehearsal(plan.mode)) {
    run.plan.mode = strictest(run.plan.mode, plan.mode);
    run.status.mode = run.plan.mode;
    return assessment;
  }
  const detail = `the policy ${plan.policy} was set to ${plan.mode} meanwhile`;
  return { kind: 'notActionable', reason: 'observeOnly', detail, target, policy: plan.policy, verifiedAt };
}

function remember(run: Run, assessment: Assessment): Look {
  const { status } = run;
  const { target } = assessment;
  run.look ??= firstLook(assessment);
  if (target !== undefined) setTarget(run, target);
  if (assessment.kind === 'notActionable') {
    if (assessment.policy !== undefined) setPolicy(run, assessment.policy);
    if (assessment.plan !== undefined) takePlan(run, assessment.plan);
    tell(run, `verified: ${assessment.detail}`, { reason: assessment.reason });
    return assessment;
  }
  const plan = takePlan(run, assessment.plan);
  if (assessment.kind === 'recovered') {
    tell(run, `verified: ${assessment.detail}`, { reason: assessment.reason });
    return assessment;
  }
  const { surroundings, failure, needsApproval, refused } = assessment;
  if (assessment.before !== undefined) run.before = measureOf(run, assessment.before);
  if (assessment.captured !== undefined) status.evidence ??= assessment.captured;
  status.summary = `${targetLabel(assessment.target)} ${assessment.fault}`;
  tell(run, `verified live: ${assessment.fault}`, {
    detail: { policy: plan.policy, evidence: assessment.evidence.join('; ').slice(0, 500) },
  });
  const observed = { surroundings, failure, needsApproval, ...(refused && { refused }) };
  return { kind: 'actionable', run: verifiedRun(run, { plan, observed, target: assessment.target }) };
}

/** The plan is fixed by the first verification: a policy edited meanwhile does not change a run that is under way. */
function takePlan(run: Run, plan: Plan): Plan {
  if (run.plan !== undefined) return run.plan;
  run.plan = plan;
  setPolicy(run, plan.policy);
  run.status.mode = plan.mode;
  run.status.ladder = plan.steps;
  return plan;
}

/** What our own acts made of the workload is no measure of health; how often its pod restarted before the next act is. */
function measureOf({ before, status }: Run, { restarts, ...seen }: HealthBefore): HealthBefore {
  const { restarts: _, ...first }: HealthBefore = before ?? seen;
  return { ...(status.steps.length === 0 ? seen : first), ...(restarts && { restarts }) };
}

function setPolicy(run: Run, policy: string): void {
  if (run.status.policy !== policy) run.unsaid = { ...run.unsaid, Policy: policy };
  run.status.policy = policy;
}

function setTarget(run: Run, target: Target): void {
  const isNew = run.status.target === undefined;
  run.status.target = target;
  if (!isNew) return;
  const { kind, name } = target.workload;
  run.unsaid = { ...run.unsaid, KubeNamespace: target.namespace, Workload: `${kind}/${name}` };
}
