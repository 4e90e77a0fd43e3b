import type { Pod } from '../target/pod.ts';
import type { Judgement, Sight, Subject } from './checks/check-kind.ts';
import { type Check, kindOf, statusKindOf } from './checks/index.ts';

/** Why a check cannot be judged without its subject. */
const absent: Record<Subject, string> = {
  pod: 'there is no pod to look at',
  workload: 'no workload owns the target',
  node: 'the pod is on no node that is there',
};

/**
 * Whether what was read a moment ago shows every check that live status answers, with the evidence in words. One that
 * fails is named before one that cannot be proven. Checks of other kinds are not judged here.
 */
export function judgeStatus(checks: readonly Check[], sight: Partial<Sight>, nowMs: number): Judgement<string[]> {
  const evidence: string[] = [];
  let doubt: Judgement<string[]> | undefined;
  for (const check of checks) {
    const judged = judgeOne(check, sight, nowMs);
    if (judged?.kind === 'fails') return judged;
    if (judged?.kind === 'unproven') doubt ??= judged;
    if (judged?.kind === 'holds') evidence.push(judged.evidence);
  }
  return doubt ?? { kind: 'holds', evidence };
}

function judgeOne(check: Check, sight: Partial<Sight>, nowMs: number): Judgement | undefined {
  const found = statusKindOf(check);
  if (found === undefined) return undefined;
  const { kind, params } = found;
  const subject = sight[kind.about];
  return subject === undefined ? { kind: 'unproven', why: absent[kind.about] } : kind.judge(params, subject, nowMs);
}

/** The evidence in words that one live pod shows every check about the pod itself, or undefined when it fails one. */
export function podEvidence(pod: Pod, checks: readonly Check[], nowMs: number): string[] | undefined {
  const aboutPod = checks.filter((check) => statusKindOf(check)?.kind.about === 'pod');
  const judged = judgeStatus(aboutPod, { pod }, nowMs);
  return judged.kind === 'holds' ? judged.evidence : undefined;
}

/** What must be read before the checks can be judged. */
export function needsOf(checks: readonly Check[]): ReadonlySet<Subject> {
  return new Set(checks.map(kindOf).flatMap(({ kind, params }) => kind.needs(params)));
}

/** True when a check can only be judged on a certain pod. */
export const needsPod = (checks: readonly Check[]): boolean => needsOf(checks).has('pod');

/** What one check asks for, as a person would say it: by its name, where the policy gives it one. */
export function checkInWords(check: Check): string {
  const { kind, params } = kindOf(check);
  return check.name ?? kind.words(params);
}

/** The same of several. */
export const checksInWords = (checks: readonly Check[]): string => checks.map(checkInWords).join(' and ');

/** The fault's name: the first condition's reason, or the alert's name where no check has one. */
export function faultName(checks: readonly Check[], alertname: string): string {
  const [first] = checks.flatMap((check) => ('podCondition' in check ? [check.podCondition.reason] : []));
  return first ?? alertname;
}
