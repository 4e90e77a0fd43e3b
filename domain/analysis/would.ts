import { afterDenial } from '../guard/after-denial.ts';
import type { RuleResult } from '../guard/decide.ts';
import type { Rejection } from '../guard/rules/rule.ts';
import { needsApprovalIn } from '../policy/approval-need.ts';
import { isRehearsal, type Plan } from '../policy/plan.ts';
import type { PlannedStep } from '../policy/policy.ts';
import { type RefusedStep, reasonOf, unfit } from '../run/refusals.ts';
import { type Target, targetLabel } from '../target/target.ts';
import { formatDuration } from '../text/duration.ts';
import type { LiveLook } from './explain.ts';

/** What the guards said, or why nobody asked them. */
export interface Asked {
  guards: readonly RuleResult[];
  guardsNote?: string;
}

/** What a run of the alert would do at this moment, in one sentence. */
export function wouldDo(look: LiveLook, asked: Asked): string {
  const { judgement, plan, found, surroundings } = look;
  if (judgement.kind !== 'actionable') {
    return `Nothing would be done (${judgement.reason ?? judgement.kind}): ${judgement.detail}.`;
  }
  const step = plan?.steps[0];
  if (plan === undefined || step === undefined || found === undefined) {
    return plan === undefined || isRehearsal(plan.mode)
      ? 'Nothing would be done: there is no step.'
      : 'It would tell people at once, with the evidence: the policy has no step.';
  }
  if (asked.guardsNote !== undefined) return `Nothing would be done until the guard answers: ${asked.guardsNote}.`;
  const refusal = asked.guards.find(({ rejection }) => rejection !== undefined);
  if (isRehearsal(plan.mode)) return rehearsed(plan, step, { refusal, refused: look.refused });
  if (refusal?.rejection !== undefined) return refused(plan, step, { guard: refusal.guard, ...refusal.rejection });
  if (look.refused !== undefined) return refusedBefore(plan, step, look.refused);
  const { target } = found;
  const asks = surroundings === undefined || needsApprovalIn(step, { target, surroundings, settings: plan.guards });
  return granted(plan, step, { target, asks });
}

const later = ({ steps: [, ...others] }: Plan) =>
  others.length === 0 ? '' : `; if that does not heal it: ${others.map(({ action }) => action).join(', then ')}`;

function granted(plan: Plan, step: PlannedStep, { target, asks }: { target: Target; asks: boolean }): string {
  const within = formatDuration(step.withinMs);
  const act = `${step.action} on ${targetLabel(target)}, and wait at most ${within} until the workload is healthy`;
  if (!asks) return `It would ${act}${later(plan)}.`;
  const people = plan.needsTwoPeople ? 'two people' : 'a person';
  const until = formatDuration(plan.approvalExpiresAfterMs);
  return `It would ask ${people} for ${until} at most, and with a yes ${act}${later(plan)}.`;
}

interface Against {
  refusal: RuleResult | undefined;
  refused: RefusedStep | undefined;
}

function rehearsed({ mode, steps }: Plan, { action }: PlannedStep, { refusal, refused }: Against): string {
  const names = steps.map((step) => step.action).join(', then ');
  const dry = mode === 'DryRun' ? ` and ask the API server for ${action} with dryRun=All` : '';
  const rejection = refusal?.rejection;
  const word =
    rejection === undefined
      ? 'grant it'
      : `${rejection.kind === 'hold' ? 'hold' : 'deny'} it (${rejection.reason}): ${rejection.detail}`;
  return `It would only write down that it would take ${names}${dry} (mode ${mode}); the guard would ${word}${alsoRefused(refused)}.`;
}

/** The end of a sentence about the guard's word; empty where nothing is known against the step. */
export const alsoRefused = (refused: RefusedStep | undefined): string =>
  refused === undefined ? '' : `; the step would be refused (${reasonOf(refused.code)}): ${refused.detail}`;

function refusedBefore(plan: Plan, { action }: PlannedStep, { code, detail }: RefusedStep): string {
  const next = plan.steps[1];
  const goesOn = unfit.includes(code) && next !== undefined ? ` It would go on with ${next.action}.` : '';
  return `It would not ${action} (${reasonOf(code)}): ${detail}.${goesOn}`;
}

function refused(plan: Plan, { action }: PlannedStep, rejection: Rejection & { guard: string }): string {
  const { guard, reason, detail, kind } = rejection;
  if (kind === 'hold') {
    const again = formatDuration(rejection.retryAfterMs);
    const most = formatDuration(plan.guards.holdAtMost);
    return `It would wait: ${guard} holds ${action} (${reason}): ${detail}; asked again in ${again}, given up after ${most}.`;
  }
  if (rejection.holder !== undefined) return `It would join ${rejection.holder}, which holds the workload.`;
  const next = plan.steps[1];
  const goesOn = afterDenial(reason) === 'nextStep' && next !== undefined ? ` It would go on with ${next.action}.` : '';
  return `It would not ${action}: ${guard} denies it (${reason}): ${detail}.${goesOn}`;
}
