import { ownership } from '../../guard/rules/ownership.ts';
import { needsApprovalIn } from '../../policy/approval-need.ts';
import { checksInWords, faultName, judgeStatus } from '../../policy/check-answers.ts';
import { statusKindOf } from '../../policy/checks/index.ts';
import { choosePolicy, noPolicyInWords } from '../../policy/match.ts';
import { type Plan, planOf } from '../../policy/plan.ts';
import type { Check, Policy } from '../../policy/policy.ts';
import type { Assessment } from '../../run/assessment.ts';
import type { Reason } from '../../run/reasons.ts';
import type { RunRecord } from '../../run/record.ts';
import type { FirstLook } from '../../run/recorded.ts';
import type { Target } from '../../target/target.ts';

/** What the record does not tell: under the policy, nobody can say what the run would have seen. */
export interface NotRecorded {
  kind: 'unknown';
  policy?: string;
  detail: string;
}

/** Refusals that lie in the world of that moment; no policy could have changed them. */
const circumstances: readonly Reason[] = [
  ...(['paused', 'storm', 'foreignCluster', 'clusterUnavailable', 'internalError'] as const),
  ...(['targetUnnamed', 'targetInvalid', 'targetAmbiguous', 'targetGone', 'targetReplaced'] as const),
];

/** What `verify` would have found at the run's first look under the policies, as far as the look was recorded. */
export function recordedObservation(record: RunRecord, policies: readonly Policy[]): Assessment | NotRecorded {
  const { recorded } = record;
  if (recorded === undefined) return unknown('the run was recorded by a release that kept no look at the cluster');
  const { look } = recorded;
  const verifiedAt = look?.at ?? record.startedAt;
  const choice = choosePolicy(policies, recorded);
  if (choice.kind === 'none') {
    const { reason } = choice;
    return { kind: 'notActionable', reason, detail: noPolicyInWords(choice), verifiedAt };
  }
  const { policy } = choice;
  const by = { policy: policy.metadata.name };
  const { target } = look ?? {};
  if (stayed(record, look)) {
    const reason = record.reason ?? 'internalError';
    const detail = 'as then: no policy changes it';
    return { kind: 'notActionable', ...by, ...(target && { target }), reason, detail, verifiedAt };
  }
  if (look === undefined || target === undefined) return unknown('nobody looked at the target then', by);
  const plan = planOf(policy, look.allowedMode);
  const bar = ownership({ target, allowedNamespaces: plan.allowedNamespaces });
  if (bar === undefined) return judgeChecks({ record, look, plan, target });
  return { kind: 'notActionable', ...by, target, reason: bar.reason, detail: bar.detail, verifiedAt };
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

function judgeChecks(looked: Looked): Assessment | NotRecorded {
  const { record, look, plan, target } = looked;
  const by = { policy: plan.policy };
  if (askedInVain(look, plan.checks)) return asItWas(looked, 'as then: the same checks did not hold');
  const answers = plan.checks.map((check) => ({ check, answer: answerTo(check, look) }));
  const failed = answers.find(({ answer }) => answer === 'fails');
  if (failed !== undefined) {
    const detail = `the recorded observation does not show ${checksInWords([failed.check])}`;
    return { kind: 'notActionable', ...by, target, reason: 'faultGone', detail, verifiedAt: look.at };
  }
  const open = answers.find(({ answer }) => answer === 'unknown');
  if (open !== undefined) {
    return unknown(`the policy asks for a check that was not recorded: ${checksInWords([open.check])}`, by);
  }
  const { surroundings, failure } = look;
  if (surroundings === undefined || failure === undefined) {
    return unknown('the checks would hold, but the cluster context was not recorded: the run had ended before', by);
  }
  const place = { target, surroundings, settings: plan.guards };
  return {
    kind: 'actionable',
    ...{ target, plan, surroundings, failure, fault: faultName(plan.checks, record.alertname) },
    evidence: look.evidence ?? [],
    needsApproval: plan.steps.map((step) => needsApprovalIn(step, place)),
    ...(look.shown && { shown: look.shown }),
    verifiedAt: look.at,
  };
}

function asItWas({ record, look, plan, target }: Looked, detail: string): Assessment {
  const { outcome, reason = 'faultGone' } = record;
  const seen = { target, reason, detail, verifiedAt: look.at };
  if (outcome === 'recovered') return { kind: 'recovered', plan, ...seen };
  return { kind: 'notActionable', policy: plan.policy, ...seen };
}

/** True where the run ended because no fault was left to act on; one that only observed leaves the fault as it is. */
export const hasEndedWell = (record: RunRecord): boolean =>
  ['recovered', 'notActionable', 'merged'].includes(record.outcome) && !hasOnlyObserved(record);

const hasOnlyObserved = ({ reason }: RunRecord) => reason === 'observeOnly' || reason === 'dryRunOnly';

/** When a run looks again, and whether a step that was not taken then has healed its workload meanwhile. */
export interface Later {
  nowMs: number;
  isCured: boolean;
}

/** What a later look finds: a fault stays until the run ended because it was gone; what was not actionable stays so. */
export function laterObservation(first: Assessment, record: RunRecord, { nowMs, isCured }: Later): Assessment {
  if (first.kind !== 'actionable' || nowMs < Date.parse(record.closedAt)) return first;
  const { target, plan } = first;
  const verifiedAt = record.closedAt;
  if (hasOnlyObserved(record) && isCured) {
    const detail = 'a step that was not taken then is taken to have healed the workload';
    return { kind: 'recovered', target, plan, reason: 'workloadHealthy', detail, verifiedAt };
  }
  if (!hasEndedWell(record)) return first;
  const reason = record.reason ?? 'workloadHealthy';
  const seen = { target, reason, detail: `as then: ${record.outcome}`, verifiedAt };
  if (record.outcome === 'recovered') return { kind: 'recovered', plan, ...seen };
  return { kind: 'notActionable', policy: plan.policy, ...seen };
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

const unknown = (detail: string, by: { policy?: string } = {}): NotRecorded => ({ kind: 'unknown', ...by, detail });
