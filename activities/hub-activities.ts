import { activityInfo } from '@temporalio/activity';
import { orderFault } from '../domain/guard/order.ts';
import type { GuardLimits } from '../domain/guard/rules/rule.ts';
import { forgery } from '../domain/run/approval.ts';
import { workflowTypes } from '../domain/run/contract.ts';
import { MendflowError } from '../domain/run/errors.ts';
import type { SigningKeys } from '../domain/run/signing.ts';
import type { Genuineness, HubActivities } from './contract.ts';
import { withErrorBoundary } from './error-boundary.ts';
import { type GuardRulesDeps, guardActivities, guardRules } from './guard/activities.ts';
import type { GuardClient, GuardConnection } from './guard/client.ts';
import { type RefusedRuns, sweepActivities } from './sweep.ts';

/** Everything that the activities of the hub touch. */
export interface HubDeps {
  guard: GuardClient;
  connection: GuardConnection;
  /** The runs that were refused, for the sweep. */
  runs: RefusedRuns;
  limits: GuardLimits;
  keys: SigningKeys;
  /** Unix ms. */
  now: () => number;
  count: GuardRulesDeps['count'];
  notify: HubActivities['notify'];
  playNow: GuardRulesDeps['playNow'];
}

/** They last longer than a local activity may; they sign, verify and decide nothing. */
type Normal = 'notify' | 'recallGuard' | 'findRefused' | 'lookAgainAt' | 'standingOf' | 'handBackRefused';

/** The activities of the hub: those that sign, verify or decide answer to nobody but our own workflows. */
export function createHubActivities(deps: HubDeps): HubActivities {
  const { notify, limits, connection, runs } = deps;
  const { recallGuard, ...exchange } = guardActivities(deps);
  const { startSweep, ...sweep } = sweepActivities({ runs, connection, perSecond: limits.sweepPerSecond });
  const local = localOnly<Omit<HubActivities, Normal>>({
    ...exchange,
    startSweep,
    ...guardRules(deps),
    verifyApproval: verifyApproval(deps),
    verifyGuardOrder: verifyGuardOrder(deps),
  });
  return withErrorBoundary<HubActivities>({ ...local, ...sweep, notify, recallGuard });
}

type AnyActivity = (...args: never[]) => Promise<unknown>;
const ours: readonly string[] = Object.values(workflowTypes);

/**
 * Activities that sign, verify or decide. A local activity is run by the worker that runs its workflow, so its caller is
 * code of ours; any workflow can schedule a normal one on our queue. Throws FOREIGN_CALLER for those.
 */
function localOnly<A extends object>(activities: A): A {
  const guarded = Object.entries(activities).map(([name, run]) => [name, onlyLocal(name, run as AnyActivity)]);
  return Object.fromEntries(guarded) as A;
}

function onlyLocal(name: string, run: AnyActivity): AnyActivity {
  return async (...args) => {
    const { isLocal, workflowType = '' } = activityInfo();
    if (isLocal && ours.includes(workflowType)) return run(...args);
    const how = isLocal ? 'a local activity' : 'a normal activity';
    throw new MendflowError('FOREIGN_CALLER', `${name} was called as ${how} of a workflow ${workflowType}`);
  };
}

/** The keys, which stay outside of workflows and their history, and the time in Unix ms. */
interface VerifyingDeps {
  keys: SigningKeys;
  now: () => number;
}

const verdictOf = (why: string | undefined): Genuineness =>
  why === undefined ? { isGenuine: true } : { isGenuine: false, why };

/** Checks the api's signature on an approval. */
export function verifyApproval({ keys, now }: VerifyingDeps): HubActivities['verifyApproval'] {
  return async ({ workflowId, message }) => verdictOf(forgery(keys, workflowId, message, now()));
}

/** Checks the api's signature on what makes a guard less careful. */
export function verifyGuardOrder({ keys, now }: VerifyingDeps): HubActivities['verifyGuardOrder'] {
  return async (input) => verdictOf(orderFault(keys, input, now()));
}
