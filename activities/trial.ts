import { setTimeout as sleep } from 'node:timers/promises';
import type { Assessment } from '../domain/run/assessment.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { type RefusedStep, refusalsBefore } from '../domain/run/refusals.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { VerifyInput } from './contract.ts';
import { remediate } from './remediate.ts';

/** Which step is tried, and how. */
interface Trial {
  input: Pick<VerifyInput, 'alert' | 'steps'>;
  verified: Extract<Assessment, { kind: 'actionable' }>;
  /** Index of the step. */
  step: number;
  /** A trial that takes longer refuses nothing. */
  withinMs: number;
  /** The act is not sent, not even as a dry run: only what comes before it is asked. */
  sendsNothing: boolean;
}

/**
 * What a step of the plan would be refused with, before it is taken and without a change of the cluster; undefined where
 * it could be done, as far as is known.
 */
export async function refusalOf(
  deps: ClusterDeps,
  { input, verified, step: index, withinMs, sendsNothing }: Trial,
): Promise<RefusedStep | undefined> {
  const { plan, target } = verified;
  const step = (input.steps ?? plan.steps)[index];
  if (step === undefined) return undefined;
  const { alertname, cluster, fingerprint, labels, startsAt } = input.alert;
  const about = { target, policy: plan.policy, step, token: 'tried', dryRun: true };
  const act = { ...about, alert: { alertname, cluster, fingerprint, labels, startsAt } };
  try {
    await Promise.race([remediate(deps, act, { sendsNothing }), sleep(withinMs, undefined, { ref: false })]);
    return undefined;
  } catch (error) {
    if (!(error instanceof MendflowError)) throw error;
    const { code, message } = error;
    // Anything else may be otherwise when the step is taken; the act itself looks again.
    return refusalsBefore.includes(code) ? { step: index, code, detail: `${step.action}: ${message}` } : undefined;
  }
}
