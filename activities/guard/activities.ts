import { activityInfo } from '@temporalio/activity';
import type { NowQuestion } from '../../domain/analysis/explain.ts';
import { afterDenial } from '../../domain/guard/after-denial.ts';
import { decidePermits, judgeAll, passTime } from '../../domain/guard/decide.ts';
import type { PermitRequest, Verdict } from '../../domain/guard/permit.ts';
import type { GuardLimits } from '../../domain/guard/rules/rule.ts';
import { sightingOf } from '../../domain/guard/sightings.ts';
import { needsApprovalIn } from '../../domain/policy/approval-need.ts';
import { approvalBy } from '../../domain/run/approval.ts';
import { guardWorkflowId } from '../../domain/run/contract.ts';
import { keyMissing, type SigningKeys } from '../../domain/run/signing.ts';
import { signTicket, type Ticket } from '../../domain/run/ticket.ts';
import type { ActInHand, HubActivities } from '../contract.ts';
import type { GuardClient, GuardConnection } from './client.ts';

type Exchange = Pick<HubActivities, 'glance' | 'askGuard' | 'releasePermit' | 'reportIncident' | 'recallGuard'>;
type Rules = Pick<HubActivities, 'decidePermits' | 'passTime' | 'judgeNow'>;

/** The way to the guards, and what signs their grants. */
export interface GuardActivitiesDeps {
  guard: GuardClient;
  connection: Pick<GuardConnection, 'incident' | 'recall'>;
  keys: SigningKeys;
  /** Unix ms. */
  now: () => number;
}

/** What runs say to the guard, and hear from it. */
export function guardActivities({ guard, connection, keys, now }: GuardActivitiesDeps): Exchange {
  return {
    glance: ({ alert }) => guard.glance(alert.cluster, sightingOf(alert, now())),
    async askGuard({ cluster, request, act }) {
      if (request.isRehearsal) return withNext(await guard.ask(cluster, request));
      // Without a ticket nothing could be done under the permit.
      if (keys.length === 0) return { kind: 'deny', reason: 'keyMissing', detail: keyMissing };
      const verdict = withNext(await guard.ask(cluster, request));
      if (verdict.kind !== 'grant' || act === undefined) return verdict;
      const ticket = ticketFor(keys, { cluster, request, act }, verdict);
      return ticket === undefined ? verdict : { ...verdict, ticket };
    },
    releasePermit: ({ cluster, release }) => guard.release(cluster, release),
    reportIncident: ({ cluster, report }) => connection.incident(cluster, report),
    recallGuard: ({ cluster, runId }) => connection.recall(cluster, runId),
  };
}

/**
 * The ticket for the run that asks, as Temporal names it. None while a person must still approve: the answers are checked
 * once more here, since a history can be written by whoever can write to Temporal.
 */
function ticketFor(
  keys: SigningKeys,
  { cluster, request, act }: { cluster: string; request: PermitRequest; act: ActInHand },
  { grantedAtMs, expiresAtMs }: Extract<Verdict, { kind: 'grant' }>,
): Ticket | undefined {
  const { workflowId = '', runId = '' } = activityInfo().workflowExecution ?? {};
  const { policy, step, target } = request;
  const { token, alert } = act;
  const ticketed = { cluster, workflowId, runId, token, policy, step, target, alert };
  // People are asked by the run, whatever execution of it asks the guard.
  const approval = act.approval && approvalBy(keys, { ...ticketed, runId: request.runId }, act.approval);
  if (approval === undefined && (act.approval !== undefined || needsApprovalIn(step, request))) return undefined;
  return signTicket(keys, ticketed, { ...(approval && { approval }), notBeforeMs: grantedAtMs, expiresAtMs });
}
/** A denial with what it means for the run: decided here, so that a changed rule never breaks the replay of a run. */
const withNext = (verdict: Verdict): Verdict =>
  verdict.kind === 'deny' ? { ...verdict, next: afterDenial(verdict.reason) } : verdict;

/** The rules of this installation, and where a state of the guard is read to ask them about it. */
export interface GuardRulesDeps {
  connection: Pick<GuardConnection, 'state'>;
  limits: GuardLimits;
  /** Counts each answer; `guard` is `none` for a grant. */
  count(guard: string, verdict: 'grant' | 'hold' | 'deny'): void;
  /** Unix ms. */
  now: () => number;
  /** Plays a run; says what it would do now, in words. */
  playNow(question: NowQuestion): Promise<string>;
}

/** The guard's rules with this installation's limits: asked by the guard itself, or over a copy of its state. */
export function guardRules({ connection, limits, count, now, playNow }: GuardRulesDeps): Rules {
  return {
    async decidePermits({ state, requests, ...context }) {
      const decisions = decidePermits(state, requests, { ...context, limits });
      for (const { guard, verdict } of decisions) count(guard ?? 'none', verdict.kind);
      return decisions;
    },
    passTime: async ({ state, nowMs }) => passTime(state, { nowMs, limits }),
    // The guard itself hears nothing of it.
    async judgeNow({ request, ...question }) {
      const { cluster } = question.alert;
      const guardState = await connection.state(cluster);
      const nowMs = now();
      const judged = { nowMs, limits, guardId: guardWorkflowId(cluster) };
      const guards = request === undefined ? [] : judgeAll(guardState, request, judged);
      // Without the play the rules' words are worth something all the same.
      const would = await playNow({ ...question, guardState, limits, nowMs }).catch(
        (error: Error) => `It is not known what a run would do: ${error.message}.`,
      );
      return { guards, would };
    },
  };
}
