import { decidePermits as decide } from '../domain/decide.ts';
import type { GuardLimits } from '../domain/guards/guard.ts';
import type { HubActivities } from './contract.ts';

export interface PermitDeps {
  limits: GuardLimits;
  /** Counts each answer; `guard` is `none` for a grant. */
  count(guard: string, verdict: 'grant' | 'hold' | 'deny'): void;
}

/** The guard's rules with this installation's limits. */
export function decidePermits({ limits, count }: PermitDeps): HubActivities['decidePermits'] {
  return async ({ state, requests, nowMs }) => {
    const decisions = decide(state, requests, { nowMs, limits });
    for (const { guard, verdict } of decisions) count(guard ?? 'none', verdict.kind);
    return decisions;
  };
}
