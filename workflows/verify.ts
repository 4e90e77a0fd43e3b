import type { Assessment } from '../domain/assessment.ts';
import { isRehearsal } from '../domain/plan.ts';
import { type Target, targetLabel } from '../domain/target.ts';
import { type Run, tell, waitFor } from './run.ts';

/** Looks at the cluster, live. The first time it finds the target and the plan; later it judges the same workload again. */
export async function verify(run: Run): Promise<Assessment> {
  waitFor(run, 'the cluster');
  const previous = run.status.target === undefined ? {} : { previous: run.status.target };
  const assessment = heedMode(run, await run.cluster.verify({ alert: run.alert, ...previous }));
  if (run.status.target === undefined)
    run.status.segments.receivedToVerifiedMs = Date.now() - Date.parse(run.alert.receivedAt);
  remember(run, assessment);
  return assessment;
}

/** A policy that was set back to Observe or DryRun stops the runs that it drives: the stricter word wins. */
function heedMode(run: Run, assessment: Assessment): Assessment {
  if (assessment.kind !== 'actionable' || run.plan === undefined || isRehearsal(run.plan.mode)) return assessment;
  const { plan, target, verifiedAt } = assessment;
  if (!isRehearsal(plan.mode)) return assessment;
  const detail = `the policy ${plan.policy} was set to ${plan.mode} meanwhile`;
  return { kind: 'notActionable', reason: 'observeOnly', detail, target, policy: plan.policy, verifiedAt };
}

function remember(run: Run, assessment: Assessment): void {
  const { status } = run;
  const { target } = assessment;
  if (target !== undefined) setTarget(run, target);
  if (assessment.kind === 'notActionable') {
    if (assessment.policy !== undefined) status.policy = assessment.policy;
    tell(run, `verified: ${assessment.detail}`, { reason: assessment.reason });
    return;
  }
  // The plan is fixed by the first verification: a policy edited meanwhile does not change a run that is under way.
  if (run.plan === undefined) {
    run.plan = assessment.plan;
    status.policy = assessment.plan.policy;
    run.unsaid = { ...run.unsaid, Policy: assessment.plan.policy };
    status.mode = assessment.plan.mode;
    status.ladder = assessment.plan.steps;
  }
  if (assessment.kind === 'recovered') {
    tell(run, `verified: ${assessment.detail}`, { reason: assessment.reason });
    return;
  }
  run.scene = { surroundings: assessment.surroundings, failure: assessment.failure };
  if (assessment.captured !== undefined) status.evidence ??= assessment.captured;
  status.summary = `${targetLabel(assessment.target)} ${assessment.fault}`;
  tell(run, `verified live: ${assessment.fault}`, {
    detail: { policy: run.plan.policy, evidence: assessment.evidence.join('; ').slice(0, 500) },
  });
}

function setTarget(run: Run, target: Target): void {
  const isNew = run.status.target === undefined;
  run.status.target = target;
  if (!isNew) return;
  const { kind, name } = target.workload;
  run.unsaid = { ...run.unsaid, KubeNamespace: target.namespace, Workload: `${kind}/${name}` };
}
