import { allowedOf } from '../../policy/amount.ts';
import { formatDuration } from '../../text/duration.ts';
import type { PermitRequest } from '../permit.ts';
import type { ScopedBudget } from '../settings.ts';
import { actingLeases, type Place, placeOf } from '../state.ts';
import { defineRule, type Rejection, type RuleInput } from './rule.ts';

/** Budgets of acts by workload, application, namespace, node, zone or cluster. */
export const scopedBudgets = defineRule({
  name: 'scopedBudgets',
  statements: ['G1'],
  summary: 'Holds while a budget of its scope, of the configuration or of the policy, is spent.',
  reasons: ['scopeSpent'],
  settings: ['guards.budgets', 'config: guard.budgets'],
  judge: (input) => {
    const holds = [...input.limits.budgets, ...input.request.settings.budgets].flatMap(
      (budget) => spent(budget, input) ?? [],
    );
    return holds.sort((a, b) => b.retryAfterMs - a.retryAfterMs)[0];
  },
});

function spent(
  budget: ScopedBudget,
  { state, request, nowMs }: RuleInput,
): Extract<Rejection, { kind: 'hold' }> | undefined {
  const { scope, max, per } = budget;
  const here = keyIn(placeOf(request.target, request.surroundings), scope);
  if (here === undefined) return undefined;
  const times = [
    ...state.acts.filter((act) => keyIn(act, scope) === here).map((act) => act.atMs),
    ...actingLeases(state)
      .filter((lease) => keyIn(lease, scope) === here)
      .map(() => nowMs),
  ].filter((atMs) => atMs > nowMs - per);
  const allowed = allowedOf(max, podsOf(request, scope));
  if (times.length < allowed) return undefined;
  const leavesMs = (times[times.length - allowed] ?? nowMs) + per - nowMs;
  const where = scope === 'cluster' ? 'the cluster' : `${scope} ${here}`;
  return {
    kind: 'hold',
    reason: 'scopeSpent',
    retryAfterMs: Math.max(1_000, leavesMs),
    detail: `${times.length} acts on ${where} in ${formatDuration(per)}; allowed are ${allowed}`,
  };
}

function keyIn(place: Place, scope: ScopedBudget['scope']): string | undefined {
  return scope === 'cluster' ? 'cluster' : place[scope];
}

/** What a share is a share of. */
function podsOf({ surroundings }: PermitRequest, scope: ScopedBudget['scope']): number {
  const { workload, namespace, onNode, inZone } = surroundings;
  const counts = { workload, namespace, owner: namespace, node: onNode, zone: inZone, cluster: namespace };
  return counts[scope]?.total ?? 0;
}
