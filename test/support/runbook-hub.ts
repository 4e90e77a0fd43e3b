import type { Client } from '@temporalio/client';
import type { HubActivities } from '../../activities/contract.ts';
import { withErrorBoundary } from '../../activities/error-boundary.ts';
import { openGuardClient } from '../../activities/guard/client.ts';
import { createHubActivities, verifyApproval, verifyGuardOrder } from '../../activities/hub-activities.ts';
import type { RefusedRuns } from '../../activities/sweep.ts';
import type { NowQuestion } from '../../domain/analysis/explain.ts';
import type { Recalled } from '../../domain/guard/recall.ts';
import { defaultLimits } from '../../domain/guard/rules/rule.ts';
import { now } from './builders.ts';
import { endingConnection } from './ending-connection.ts';
import { testKeys } from './permitted.ts';
import type { ScriptedReceivers } from './scripted.ts';
import type { ScriptedRuns } from './scripted-runs.ts';

/** What a test says of the hub. */
interface Script {
  /** Episodes so far. */
  readonly episodes: number;
  readonly receivers: ScriptedReceivers;
  readonly runs: ScriptedRuns;
  /** What the guard finds of the runs before it; an error: it cannot be read. */
  readonly memory: Recalled | Error;
  readonly rulesFail: boolean;
  readonly approvalsFail: boolean;
  /** What a play was asked. */
  readonly played: NowQuestion[];
}

/** The hub's real activities over what the test scripted; `self` is the runbook, once it is there. */
export function hubActivities(self: () => Script, client: Client): HubActivities {
  // Every run meets old news, as one does after a quiet time.
  const later = () => Date.now() + self().episodes * 10_000;
  const connection = endingConnection(client);
  const hub = createHubActivities({
    ...{ connection, runs: runsOf(self), limits: defaultLimits, keys: testKeys, now: Date.now, count: () => {} },
    playNow: async (question) => {
      self().played.push(question);
      return 'what the played run does';
    },
    guard: openGuardClient({ connection, now: later, logger: { warn: () => {} } }),
    notify: async (input) => {
      const { receivers } = self();
      if (receivers.isAway) throw new Error('the receiver is away');
      await receivers.during(input.notification.kind);
      receivers.told.push(input);
      return receivers.verdict;
    },
  });
  const verifying = { keys: testKeys, now: () => now };
  return withErrorBoundary<HubActivities>({
    ...hub,
    recallGuard: async () => {
      const { memory } = self();
      if (memory instanceof Error) throw memory;
      return memory;
    },
    verifyApproval: async (input) => {
      if (self().approvalsFail) throw new Error('the key cannot be read');
      return verifyApproval(verifying)(input);
    },
    verifyGuardOrder: verifyGuardOrder(verifying),
    decidePermits: async (input) => {
      if (self().rulesFail) throw new Error('the rules have a bug');
      return hub.decidePermits(input);
    },
  });
}

/** The runs of the test that is under way. */
const runsOf = (self: () => Script): RefusedRuns => ({
  find: (wanted) => self().runs.find(wanted),
  startAnew: (run) => self().runs.startAnew(run),
  tellToLook: (run) => self().runs.tellToLook(run),
  standing: () => self().runs.standing(),
  startSweep: (sweep) => self().runs.startSweep(sweep),
});
