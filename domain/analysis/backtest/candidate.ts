import { ownership } from '../../guard/rules/ownership.ts';
import { checksInWords, judgeStatus } from '../../policy/check-answers.ts';
import { statusKindOf } from '../../policy/checks/index.ts';
import { choosePolicy, relevantLosers } from '../../policy/match.ts';
import { type Plan, planOf } from '../../policy/plan.ts';
import type { Check, Policy } from '../../policy/policy.ts';
import type { Reason } from '../../run/reasons.ts';
import type { RunRecord } from '../../run/record.ts';
import type { FirstLook } from '../../run/recorded.ts';
import type { Surroundings } from '../../target/cluster-context.ts';
import type { Target } from '../../target/target.ts';
import type { Decision } from './decision.ts';

/** A recorded run that a policy of the new set would want to act on: the guard is asked next. */
export interface Candidate {
  kind: 'candidate';
  record: RunRecord;
  plan: Plan;
  /** Unix ms of the run's first look. */
  atMs: number;
  target: Target;
  surroundings: Surroundings;
  failure: string;
}

/** Refusals that lie in the world of that moment; no policy could have changed them. */
const circumstances: readonly Reason[] = [
  ...(['paused', 'storm', 'foreignCluster', 'clusterUnavailable', 'internalError'] as const),
  ...(['targetUnnamed', 'targetInvalid', 'targetAmbiguous', 'targetGone', 'targetReplaced'] as const),
];

/** What a policy of the new set makes of the record before any guard is asked. */
export function candidateOf(record: RunRecord, policies: readonly Policy[]): Candidate | Decision {
  const { recorded } = record;
  if (recorded === undefined) return unknown('the run was recorded by a release that kept no look at the cluster');
  const choice = choosePolicy(policies, recorded);
  if (choice.kind === 'none') {
    const detail = relevantLosers(choice)
      .map(({ policy, why }) => `${policy}: ${why}`)
      .join('; ');
    return { kind: 'refuses', reason: choice.reason, detail: detail || 'there are no policies' };
  }
  const { policy } = choice;
  const by = { policy: policy.metadata.name };
  const { look } = recorded;
  if (stayed(record, look)) {
    return { kind: 'refuses', ...by, reason: record.reason ?? record.outcome, detail: 'as then: no policy changes it' };
  }
  const { target } = look ?? {};
  if (look === undefined || target === undefined) return unknown('nobody looked at the target then', by);
  const plan = planOf(policy, look.allowedMode);
  const bar = ownership({ target, allowedNamespaces: plan.allowedNamespaces });
  return bar === undefined ? judgeChecks({ record, look, plan, target }) : { kind: 'refuses', ...by, ...bar };
}

/** A circumstance that was met before anything was verified, or that the guard of that time was under. */
function stayed({ reason }: RunRecord, look: FirstLook | undefined): boolean {
  if (reason === undefined || !circumstances.includes(reason)) return false;
  return look?.surroundings === undefined || reason === 'paused' || reason === 'storm';
}

interface Looked {
  record: RunRecord;
  look: FirstLook;
  plan: Plan;
  target: Target;
}

function judgeChecks({ record, look, plan, target }: Looked): Candidate | Decision {
  const by = { policy: plan.policy };
  if (askedInVain(look, plan.checks)) {
    return {
      kind: 'refuses',
      ...by,
      reason: record.reason ?? 'faultGone',
      detail: 'as then: the same checks did not hold',
    };
  }
  const answers = plan.checks.map((check) => ({ check, answer: answerTo(check, look) }));
  const failed = answers.find(({ answer }) => answer === 'fails');
  if (failed !== undefined) {
    const detail = `the look of then does not show ${checksInWords([failed.check])}`;
    return { kind: 'refuses', ...by, reason: 'faultGone', detail };
  }
  const open = answers.find(({ answer }) => answer === 'unknown');
  if (open !== undefined) {
    return unknown(`the policy asks for a check that was not recorded: ${checksInWords([open.check])}`, by);
  }
  const { surroundings, failure } = look;
  if (surroundings === undefined || failure === undefined) {
    return unknown('the checks would hold, but the cluster context was not recorded: the run had ended before', by);
  }
  return { kind: 'candidate', record, plan, atMs: Date.parse(look.at), target, surroundings, failure };
}

/** Everything that was asked then is asked again, and it did not hold. */
function askedInVain({ shown, surroundings }: FirstLook, checks: readonly Check[]): boolean {
  if (surroundings !== undefined || shown === undefined) return false;
  return shown.checks.every((asked) => checks.some((check) => isSameCheck(check, asked)));
}

function answerTo(check: Check, { shown, surroundings, at }: FirstLook): 'holds' | 'fails' | 'unknown' {
  if (shown === undefined) return 'unknown';
  if (surroundings !== undefined && shown.checks.some((asked) => isSameCheck(asked, check))) return 'holds';
  const about = statusKindOf(check)?.kind.about;
  if (about === undefined || shown.sight[about] === undefined) return 'unknown';
  return judgeStatus([check], shown.sight, Date.parse(at)).kind === 'holds' ? 'holds' : 'fails';
}

/** Checks are plain JSON of one schema, which writes their fields in one order. */
const isSameCheck = (a: Check, b: Check): boolean => JSON.stringify(a) === JSON.stringify(b);

const unknown = (detail: string, by: { policy?: string } = {}): Decision => ({ kind: 'unknown', ...by, detail });
