import { setTimeout as sleep } from 'node:timers/promises';
import { isRehearsal } from '../domain/policy/plan.ts';
import { type Assessment, type RefusedStep, refusalsBefore } from '../domain/run/assessment.ts';
import { MendflowError } from '../domain/run/errors.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { VerifyInput } from './contract.ts';
import { remediate } from './remediate.ts';
import { verify } from './verify.ts';

type Actionable = Extract<Assessment, { kind: 'actionable' }>;

/**
 * What `verify` says, and of the step that comes next, where a person must approve it, whether it could be done at all: it
 * is tried in a dry run, so that nobody is asked in vain. A trial that does not end in its time refuses nothing. Throws
 * what `verify` throws.
 */
export async function verifyNext(deps: ClusterDeps, input: VerifyInput): Promise<Assessment> {
  const assessment = await verify(deps, input);
  if (assessment.kind !== 'actionable' || input.next === undefined) return assessment;
  const refused = await refusedStep(deps, input, assessment);
  return refused === undefined ? assessment : { ...assessment, refused };
}

async function refusedStep(
  deps: ClusterDeps,
  { alert, steps, next = 0 }: VerifyInput,
  { plan, target, needsApproval }: Actionable,
): Promise<RefusedStep | undefined> {
  const step = (steps ?? plan.steps)[next];
  const asksPerson = plan.mode === 'Approve' || needsApproval[next] === true;
  // What a rehearsal may ask the API server, its own mode says.
  if (step === undefined || !asksPerson || isRehearsal(plan.mode)) return undefined;
  const { alertname, cluster, fingerprint, labels, startsAt } = alert;
  const about = { target, policy: plan.policy, step, token: 'tried', dryRun: true };
  const trial = remediate(deps, { ...about, alert: { alertname, cluster, fingerprint, labels, startsAt } });
  try {
    await Promise.race([trial, sleep(deps.limits.trialMs, undefined, { ref: false })]);
    return undefined;
  } catch (error) {
    if (!(error instanceof MendflowError)) throw error;
    const { code, message } = error;
    // Anything else may be otherwise when the person has answered; the act itself looks again.
    return refusalsBefore.includes(code) ? { step: next, code, detail: `${step.action}: ${message}` } : undefined;
  }
}
