import { formatDuration } from './duration.ts';
import { faultShown } from './faults/index.ts';
import type { Pod } from './pod.ts';
import type { Check } from './policy.ts';
import { isAboutPod } from './promql.ts';

/**
 * The evidence in words that one live pod shows every `podCondition` among the checks, or undefined when it fails one.
 * Checks of other kinds are not judged here.
 */
export function podEvidence(pod: Pod, checks: readonly Check[], nowMs: number): string[] | undefined {
  const evidence: string[] = [];
  for (const check of checks) {
    if (!('podCondition' in check)) continue;
    const shown = faultShown(pod, check.podCondition, nowMs);
    if (shown === undefined) return undefined;
    evidence.push(`${check.podCondition.reason}: ${shown}`);
  }
  return evidence;
}

/** True when a check can only be judged on a certain pod. */
export function needsPod(checks: readonly Check[]): boolean {
  return checks.some((check) => 'podCondition' in check || isAboutPod(check.promql.query));
}

/** The PromQL queries among the checks. */
export function queriesOf(checks: readonly Check[]): string[] {
  return checks.flatMap((check) => ('promql' in check ? [check.promql.query] : []));
}

/** What the checks ask for, as a person would say it. */
export function checksInWords(checks: readonly Check[]): string {
  const words = checks.map((check) => {
    if ('promql' in check) return `promql ${check.promql.query}`;
    const { reason, restartsAtLeast, within } = check.podCondition;
    const restarts = restartsAtLeast > 0 ? ` with at least ${restartsAtLeast} restarts` : '';
    return `${reason}${restarts}${within === undefined ? '' : ` within ${formatDuration(within)}`}`;
  });
  return words.join(' and ');
}

/** The fault's name: the first condition's reason, or the alert's name where only Prometheus judges. */
export function faultName(checks: readonly Check[], alertname: string): string {
  const [first] = checks.flatMap((check) => ('podCondition' in check ? [check.podCondition.reason] : []));
  return first ?? alertname;
}
