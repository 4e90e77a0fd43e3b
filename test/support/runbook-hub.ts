import type { Client } from '@temporalio/client';
import type { HubActivities } from '../../activities/contract.ts';
import { withErrorBoundary } from '../../activities/error-boundary.ts';
import { openGuardDesk } from '../../activities/guard-desk.ts';
import { guardExchange } from '../../activities/guard-exchange.ts';
import { judgeGuards } from '../../activities/judge-guards.ts';
import { decidePermits, passTime } from '../../activities/permits.ts';
import { type RefusedRuns, sweepActivities } from '../../activities/sweep.ts';
import { verifyApproval, verifyGuardOrder } from '../../activities/verify-approval.ts';
import { defaultLimits } from '../../domain/guards/guard.ts';
import { guardLink } from '../../worker/guard-link.ts';
import { now } from './builders.ts';
import { endingLink } from './ending-link.ts';
import { keys } from './run.ts';
import type { Runbook } from './runbook.ts';

/** The hub's real activities over what the test scripted; `self` is the runbook, once it is there. */
export function hubActivities(self: () => Runbook, client: Client): HubActivities {
  const rules = decidePermits({ limits: defaultLimits, count: () => {} });
  // Every run meets old news, as one does after a quiet time.
  const later = () => Date.now() + self().episodes * 10_000;
  const link = endingLink(client);
  const desk = openGuardDesk({ link, now: later, logger: { warn: () => {} } });
  return withErrorBoundary<HubActivities>({
    ...guardExchange(desk, link, Date.now),
    recallGuard: async () => {
      const { memory } = self();
      if (memory instanceof Error) throw memory;
      return memory;
    },
    ...sweepOf(self, link),
    passTime: passTime({ limits: defaultLimits }),
    judgeGuards: judgeGuards({ link: guardLink(client), limits: defaultLimits, now: Date.now }),
    notify: async (input) => {
      const { receivers } = self();
      if (receivers.isAway) throw new Error('the receiver is away');
      receivers.told.push(input);
      return receivers.verdict;
    },
    verifyApproval: verifyApproval({ keys, now: () => now }),
    verifyGuardOrder: verifyGuardOrder({ keys, now: () => now }),
    decidePermits: async (input) => {
      if (self().rulesFail) throw new Error('the rules have a bug');
      return rules(input);
    },
  });
}

/** The sweep's activities over the runs of the test that is under way. */
function sweepOf(self: () => Runbook, link: ReturnType<typeof endingLink>): ReturnType<typeof sweepActivities> {
  const runs: RefusedRuns = {
    find: (wanted) => self().runs.find(wanted),
    startAnew: (run) => self().runs.startAnew(run),
    tellToLook: (run) => self().runs.tellToLook(run),
    standing: () => self().runs.standing(),
    startSweep: (sweep) => self().runs.startSweep(sweep),
  };
  return sweepActivities({ runs, link, perSecond: defaultLimits.sweepPerSecond });
}
