import { decidePermits as decide, passTime as pass } from '../../domain/guard/decide.ts';
import type { GuardLimits } from '../../domain/guard/rules/rule.ts';
import type { HubActivities } from '../contract.ts';

export interface PermitDeps {
  limits: GuardLimits;
  /** Counts each answer; `guard` is `none` for a grant. */
  count(guard: string, verdict: 'grant' | 'hold' | 'deny'): void;
}

/** The guard's rules with this installation's limits. */
export function decidePermits({ limits, count }: PermitDeps): HubActivities['decidePermits'] {
  return async ({ state, requests, ...context }) => {
    const decisions = decide(state, requests, { ...context, limits });
    for (const { guard, verdict } of decisions) count(guard ?? 'none', verdict.kind);
    return decisions;
  };
}

/** What the passing of time changes, with this installation's limits. */
export function passTime({ limits }: Pick<PermitDeps, 'limits'>): HubActivities['passTime'] {
  return async ({ state, nowMs }) => pass(state, { nowMs, limits });
}
