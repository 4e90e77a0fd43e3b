import { decidePermits } from '../../../domain/guard/decide.ts';
import type { PermitRequest } from '../../../domain/guard/permit.ts';
import { defaultLimits } from '../../../domain/guard/rules/rule.ts';
import { applyEffects, emptyGuardState, type GuardState } from '../../../domain/guard/state.ts';
import { aPermitRequest, minutes, now } from '../../support/builders.ts';

/** The workload of `aPermitRequest`. */
export const key = 'shop/Deployment/checkout';
export const clock = { nowMs: now, limits: defaultLimits, guardId: 'guard/default' };
export const at = (min: number) => ({ ...clock, nowMs: now + minutes(min) });

/** Asks for one permit: the decision, its effects, and the state after them. */
export const ask = (state: GuardState, request: PermitRequest, context = clock) => {
  const decisions = decidePermits(state, [request], context);
  const effects = decisions.flatMap((decision) => decision.effects);
  return { ...decisions[0], effects, after: applyEffects(state, effects) };
};

/** The state after a modest request was granted. */
export const granted = () => ask(emptyGuardState(), aPermitRequest()).after;
