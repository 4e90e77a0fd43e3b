import type { NowQuestion } from '../../domain/analysis/explain.ts';
import { wouldInWords } from '../../domain/analysis/would-in-words.ts';
import { hubTaskQueue } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { RunStatus } from '../../domain/run/status.ts';
import { type Observations, openPlay } from '../play-runs.ts';
import type { World } from '../world.ts';

/** Everything that a run does without waiting happens within this. */
const atOnceMs = 900;
/** A cluster that cannot be read is a person's case after five minutes. */
const unreadableMs = 6 * 60_000;

/**
 * What a run of the alert would do now, in one sentence: the real workflow is played on the look that was taken a moment ago
 * and on a copy of the guard's state, until it acts, waits or ends.
 */
export async function playNow(question: NowQuestion): Promise<string> {
  const { alert, nowMs, guardState, limits } = question;
  const world = openPlay({
    ...{ clusterName: alert.cluster, startMs: nowMs, guardState, limits },
    // An id of its own: where the alert has a run, that one may hold the workload.
    alerts: [{ atMs: nowMs, alert: { ...alert, fingerprint: `${alert.fingerprint}-now`, status: 'firing' } }],
    observations: () => lookOfNow(question),
    workflows: { elsewhere: () => new Promise<void>(() => undefined) },
  });
  for (const workflowId of runsIn(question)) {
    world.server.startNow('elsewhere', { workflowId, taskQueue: hubTaskQueue, args: [] });
  }
  await world.clock.runUntil(nowMs + atOnceMs);
  if (theRun(world).status.phase === 'Verifying') await untilItIsDecided(world, nowMs + unreadableMs);
  const { status, report } = theRun(world);
  const afterMs = world.clock.nowMs - nowMs - atOnceMs;
  return wouldInWords({ afterMs, nowMs: nowMs + afterMs, status, ...(report && { report }) });
}

async function untilItIsDecided(world: World, untilMs: number): Promise<void> {
  const isOpen = ({ phase }: RunStatus) => phase === 'Verifying';
  while (world.clock.nowMs < untilMs && isOpen(theRun(world).status))
    await world.clock.runUntil(world.clock.nowMs + 1_000);
}

function theRun(world: World) {
  const [run] = world.runs();
  if (run === undefined) throw new Error('the alert began no run');
  return run;
}

/** Runs that the guard knows of, which the played one may join. */
function runsIn({ guardState: { leases, incidents, conversations } }: NowQuestion): Set<string> {
  const speakers = [...incidents, ...conversations].map(({ speaker }) => speaker);
  const ids = new Set([...leases.map(({ workflowId }) => workflowId), ...speakers]);
  return new Set([...ids].filter((id) => id.startsWith('remediation/')));
}

/** Nothing is done: an act never ends, unless it is known what it would be refused with. */
function lookOfNow({ seen, refused }: NowQuestion): Observations {
  const never = () => new Promise<never>(() => undefined);
  const refusedStep = seen.kind === 'actionable' && refused !== undefined ? seen.plan.steps[refused.step] : undefined;
  return {
    async verify() {
      if (seen.kind === 'unreadable') throw new MendflowError(seen.code, seen.detail);
      return seen.kind === 'actionable' && refused !== undefined ? { ...seen, refused } : seen;
    },
    async remediate({ step, dryRun }) {
      if (refused !== undefined && JSON.stringify(step) === JSON.stringify(refusedStep))
        throw new MendflowError(refused.code, refused.detail.replace(`${step.action}: `, ''));
      return dryRun ? { summary: 'not asked, because an explanation sends no dry run', changed: false } : never();
    },
    undo: never,
    waitForHealthy: never,
  };
}
