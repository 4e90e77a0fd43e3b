import { judgeAll } from '../domain/guard/decide.ts';
import type { GuardLimits } from '../domain/guard/rules/guard.ts';
import { guardWorkflowId } from '../domain/run/contract.ts';
import type { HubActivities } from './contract.ts';
import type { GuardLink } from './guard-desk.ts';

/** Where the guard's state is read, and what it is judged by. */
export interface JudgeDeps {
  link: Pick<GuardLink, 'state'>;
  limits: GuardLimits;
  /** Unix ms. */
  now: () => number;
}

/** Every rule's word over a copy of the guard's state; the guard itself hears nothing of it. */
export function judgeGuards({ link, limits, now }: JudgeDeps): HubActivities['judgeGuards'] {
  return async ({ cluster, request }) => {
    const state = await link.state(cluster);
    return judgeAll(state, request, { nowMs: now(), limits, guardId: guardWorkflowId(cluster) });
  };
}
