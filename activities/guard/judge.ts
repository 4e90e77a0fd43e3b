import { judgeAll } from '../../domain/guard/decide.ts';
import type { GuardLimits } from '../../domain/guard/rules/rule.ts';
import { guardWorkflowId } from '../../domain/run/contract.ts';
import type { HubActivities } from '../contract.ts';
import type { GuardConnection } from './client.ts';

/** Where the guard's state is read, and what it is judged by. */
export interface JudgeDeps {
  connection: Pick<GuardConnection, 'state'>;
  limits: GuardLimits;
  /** Unix ms. */
  now: () => number;
}

/** Every rule's word over a copy of the guard's state; the guard itself hears nothing of it. */
export function judgeGuards({ connection, limits, now }: JudgeDeps): HubActivities['judgeGuards'] {
  return async ({ cluster, request }) => {
    const state = await connection.state(cluster);
    return judgeAll(state, request, { nowMs: now(), limits, guardId: guardWorkflowId(cluster) });
  };
}
