import type { Assessment } from '../domain/run/assessment.ts';
import type { RefusedStep } from '../domain/run/refusals.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { VerifyInput } from './contract.ts';
import { refusalOf } from './trial.ts';
import { verify } from './verify.ts';

type Actionable = Extract<Assessment, { kind: 'actionable' }>;

/**
 * What `verify` says, and of the step that comes next whether it could be done at all: where a person must approve it, it
 * is tried in a dry run, so that nobody is asked in vain; in mode Observe only what comes before the act is asked, and
 * whether pods could come back. A trial that does not end in its time refuses nothing. Throws what `verify` throws.
 */
export async function verifyNext(deps: ClusterDeps, input: VerifyInput): Promise<Assessment> {
  const assessment = await verify(deps, input);
  if (assessment.kind !== 'actionable' || input.next === undefined) return assessment;
  const refused = await refusedStep(deps, input, assessment);
  return refused === undefined ? assessment : { ...assessment, refused };
}

async function refusedStep(
  deps: ClusterDeps,
  input: VerifyInput,
  verified: Actionable,
): Promise<RefusedStep | undefined> {
  const { next: step = 0 } = input;
  const { plan, needsApproval } = verified;
  const trial = { input, verified, step, withinMs: deps.limits.trialMs };
  if (plan.mode === 'Observe') {
    const refused = await refusalOf(deps, { ...trial, sendsNothing: true });
    // Who only observes may have been given no more rights than that.
    return refused?.code === 'PERMISSION_DENIED' ? undefined : refused;
  }
  const asksPerson = plan.mode === 'Approve' || needsApproval[step] === true;
  // A dry run of the whole act is what mode DryRun does by itself.
  return asksPerson && plan.mode !== 'DryRun' ? refusalOf(deps, { ...trial, sendsNothing: false }) : undefined;
}
