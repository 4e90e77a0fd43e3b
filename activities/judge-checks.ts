import { judgeStatus } from '../domain/policy/check-answers.ts';
import type { Judgement, Sight } from '../domain/policy/checks/check-kind.ts';
import type { Check } from '../domain/policy/policy.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import { confirmByPrometheus, type QueryValues } from './confirm-by-prometheus.ts';

/** What checks are judged by: what was read a moment ago, and what Prometheus is asked with. */
export interface Ground extends QueryValues {
  sight: Partial<Sight>;
}

/**
 * Whether every check holds: live status first, and Prometheus only where that agrees. `momentary`: a fault counts as
 * soon as Prometheus sees it, however long the check wants it to last. Throws as confirmByPrometheus does.
 */
export async function judgeChecks(
  { prometheus, now }: Pick<ClusterDeps, 'prometheus' | 'now'>,
  checks: readonly Check[],
  { sight, ...values }: Ground,
  options: { momentary?: boolean } = {},
): Promise<Judgement<string[]>> {
  const shown = judgeStatus(checks, sight, now());
  if (shown.kind !== 'holds') return shown;
  const confirmed = await confirmByPrometheus(prometheus, checks, values, options);
  if (confirmed.kind !== 'holds') return confirmed;
  return { kind: 'holds', evidence: [...shown.evidence, ...confirmed.evidence] };
}
