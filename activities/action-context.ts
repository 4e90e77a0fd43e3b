import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import { MendflowError } from '../domain/run/errors.ts';
import type { Manager } from '../domain/target/managed-by.ts';
import type { Pod } from '../domain/target/pod.ts';
import type { Workload } from '../domain/target/workload.ts';
import type { ActionContext } from './actions/define-action.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { RemediateInput, UndoInput } from './contract.ts';
import { pausedEverywhere, pausedHere } from './kill-switch.ts';
import { type Gate, replacementGate } from './replacement-gate.ts';
import { homeOf } from './resolve-target.ts';

/** Whether the act is a dry run, through which gate, and which managers the policy allows. */
interface ActOptions {
  dryRun: boolean;
  /** Without one the act gets its own. */
  gate?: Gate;
  allowedManagers?: readonly Manager[];
}

/** Everything that an action gets, for a target that was read a moment ago. */
export function contextOf(
  deps: ClusterDeps,
  { target, step, token, alert }: UndoInput,
  live: Pod | Workload,
  { dryRun, gate = gateFor(deps, target), allowedManagers = [] }: ActOptions,
): ActionContext {
  const { scheduledTimestampMs: askedAtMs } = activityInfo();
  const untilMs = askedAtMs + step.withinMs;
  const pause = async (ms: number, whatFor: string) => {
    if (deps.now() + ms > untilMs)
      throw new MendflowError('STEP_UNFINISHED', `${step.action} still waits for ${whatFor}`);
    for (let leftMs = ms; leftMs > 0; leftMs -= heartbeatEveryMs) {
      heartbeat();
      await sleep(Math.min(leftMs, heartbeatEveryMs));
    }
    // What was begun is not undone by a pause, and counts as an act.
    await notPaused(deps, { target }).catch((error: unknown) => {
      if (!(error instanceof MendflowError && error.code === 'PAUSED')) throw error;
      throw new MendflowError('STEP_UNFINISHED', `${step.action} was stopped before ${whatFor}: ${error.message}`);
    });
  };
  return {
    cluster: gate.cluster,
    replaceable: gate.replaceable,
    target: live,
    token,
    askedAtMs,
    dryRun,
    ...(target.pod && { pod: target.pod }),
    alert,
    allowedManagers,
    outside: deps.outside,
    wait: { untilMs, now: deps.now, pause, during },
  };
}

/** A node that is acted on takes no pods from now on. */
export const gateFor = (deps: ClusterDeps, { workload: { kind, name } }: Pick<UndoInput['target'], 'workload'>): Gate =>
  replacementGate(deps, kind === 'Node' ? { closedNode: name } : {});

async function during<T>(work: Promise<T>): Promise<T> {
  const alive = setInterval(() => heartbeat(), heartbeatEveryMs);
  try {
    return await work;
  } finally {
    clearInterval(alive);
  }
}

/** Well below the heartbeat timeout. */
const heartbeatEveryMs = 3_000;
/**
 * Reads the kill switches once more, right before the act. One that cannot be read counts as paused. The guard is always
 * asked: how old its grant is cannot be told by a clock that may be wrong. Throws PAUSED.
 */
export async function notPaused(deps: ClusterDeps, { target }: Pick<RemediateInput, 'target'>): Promise<void> {
  const { namespace } = target;
  const [everywhere, home, guard] = await Promise.all([
    pausedEverywhere(deps),
    homeOf(deps.cluster, namespace),
    deps.guardPause().catch((error: unknown) => `the guard cannot be asked: ${String(error)}`),
  ]);
  const here =
    home === undefined ? `namespace ${namespace} is gone` : pausedHere(home, { namespace, nowMs: deps.now() });
  const why = everywhere ?? guard ?? here;
  if (why !== undefined) throw new MendflowError('PAUSED', why);
}
