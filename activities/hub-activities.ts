import type { GuardLimits } from '../domain/guard/rules/rule.ts';
import type { SigningKeys } from '../domain/run/signing.ts';
import type { HubActivities } from './contract.ts';
import { withErrorBoundary } from './error-boundary.ts';
import { type GuardRulesDeps, guardActivities, guardRules } from './guard/activities.ts';
import type { GuardClient, GuardConnection } from './guard/client.ts';
import { localOnly } from './local-only.ts';
import { type RefusedRuns, sweepActivities } from './sweep.ts';
import { verifyApproval, verifyGuardOrder } from './verify-approval.ts';

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
