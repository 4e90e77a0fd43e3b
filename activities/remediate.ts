import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import type { Sight } from '../domain/checks/check-kind.ts';
import { checksInWords, needsOf, needsPod } from '../domain/checks.ts';
import { optOutLabel } from '../domain/contract.ts';
import { MendflowError } from '../domain/errors.ts';
import type { Pod } from '../domain/pod.ts';
import type { ObjectRef, WorkloadKind } from '../domain/target.ts';
import type { Workload } from '../domain/workload.ts';
import type { Action } from './actions/define-action.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { RemediateInput, RemediateResult } from './contract.ts';
import { judgeChecks } from './judge-checks.ts';
import { pausedEverywhere, pausedHere } from './kill-switch.ts';
import { report } from './report.ts';

/**
 * One action: read, compare, ask the checks once more, and only then act. A repeat of a step that was taken already
 * changes nothing and succeeds. Throws TARGET_GONE, TARGET_REPLACED, FAULT_GONE, LEASE_EXPIRED and NOT_APPLICABLE before
 * anything was touched, and the codes of the port's writes. It never waits: the run waits, and asks the guard again.
 */
export async function remediate(deps: ClusterDeps, input: RemediateInput): Promise<RemediateResult> {
  const { step, token, dryRun, notAfterMs } = input;
  const action = deps.actions.find((known) => known.name === step.action);
  if (action === undefined) throw new MendflowError('NOT_APPLICABLE', `there is no action ${step.action}`);
  const ref = refFor(action, input);
  const live = await readTogether(deps, ref, input);
  // So that a worker which dies in the middle is missed within seconds, not at the end of the attempt's time.
  heartbeat();
  const gone = vanished(ref, live.target);
  if (gone !== undefined) return repeatOrThrow(gone, action, dryRun);
  const target = live.target as Pod | Workload;
  const done = action.alreadyDone(target, token);
  if (done !== undefined) return { summary: done, changed: false };
  if (target.labels[optOutLabel] === 'disabled') {
    throw new MendflowError('NOT_APPLICABLE', `${ref.kind} ${ref.name} was taken out of remediation by its label`);
  }
  await faultStillThere(deps, input, live);
  if (!dryRun) await notPaused(deps, input);
  heartbeat();
  if (deps.now() > notAfterMs) {
    throw new MendflowError('LEASE_EXPIRED', `the permit ended at ${new Date(notAfterMs).toISOString()}`);
  }
  cancellationSignal().throwIfAborted();
  const askedAtMs = activityInfo().scheduledTimestampMs;
  const { summary } = await action.run({ cluster: deps.cluster, target, token, askedAtMs, dryRun }, step.params);
  heartbeat();
  if (dryRun) return { summary: `would have ${summary}`, changed: false };
  // Here rather than by the run: whoever touches an object leaves word of it, at the cost of no further activity.
  const { workflowExecution } = activityInfo();
  const workflowId = workflowExecution?.workflowId ?? 'unknown';
  await report(deps, { target: input.target, event: 'RemediationStarted', note: summary, workflowId });
  return { summary, changed: true };
}

/** A grant of the guard that is older than this may have been followed by a pause. */
const grantFreshMs = 5_000;

/** The kill switches once more, right before the act; one that cannot be read is thrown. Throws PAUSED. */
async function notPaused(deps: ClusterDeps, { target, grantedAtMs }: RemediateInput): Promise<void> {
  const { namespace } = target;
  const isFresh = deps.now() - grantedAtMs <= grantFreshMs;
  const [everywhere, home, guard] = await Promise.all([
    pausedEverywhere(deps),
    deps.cluster.getNamespace(namespace),
    isFresh ? undefined : deps.guardPause().catch((error: unknown) => `the guard cannot be asked: ${String(error)}`),
  ]);
  const here =
    home === undefined ? `namespace ${namespace} is gone` : pausedHere(home, { namespace, nowMs: deps.now() });
  const why = everywhere ?? guard ?? here;
  if (why !== undefined) throw new MendflowError('PAUSED', why);
}

function refFor(action: Action, { target }: RemediateInput): ObjectRef {
  if (!action.targets.includes('Pod')) return target.workload;
  if (target.pod !== undefined) return target.pod;
  throw new MendflowError('NOT_APPLICABLE', `${action.name} needs a pod, and the fault was not verified on one`);
}

/** One round of reads: what is acted on, and the pod that the checks are about. */
async function readTogether({ cluster }: ClusterDeps, ref: ObjectRef, { target, checks }: RemediateInput) {
  const { namespace, name } = ref;
  if (ref.kind === 'Pod') {
    const pod = await cluster.getPod(namespace, name);
    return { target: pod, pod };
  }
  const asksPod = target.pod !== undefined && needsPod(checks);
  const [workload, pod] = await Promise.all([
    cluster.getWorkload(ref.kind as WorkloadKind, namespace, name),
    asksPod ? cluster.getPod(namespace, target.pod?.name ?? '') : undefined,
  ]);
  return { target: workload, pod };
}

function vanished(ref: ObjectRef, live: Pod | Workload | undefined): MendflowError | undefined {
  const label = `${ref.kind} ${ref.namespace}/${ref.name}`;
  if (live === undefined) return new MendflowError('TARGET_GONE', `${label} is gone`);
  if (live.ref.uid !== ref.uid) return new MendflowError('TARGET_REPLACED', `${label} is another object by now`);
  return undefined;
}

/** After a first attempt whose answer was lost, a pod that is gone must be taken for our own act. */
function repeatOrThrow(gone: MendflowError, action: Action, dryRun: boolean): RemediateResult {
  const mayBeOurs = action.takesPodAway && !dryRun && activityInfo().attempt > 1;
  if (!mayBeOurs) throw gone;
  return { summary: `${gone.message}: an earlier attempt of this step took it away`, changed: false };
}

type Live = Awaited<ReturnType<typeof readTogether>>;

/** The checks once more, on what was read right now and on nothing else. Throws FAULT_GONE. */
async function faultStillThere(deps: ClusterDeps, input: RemediateInput, live: Live): Promise<void> {
  const { target, checks, labels } = input;
  const { namespace } = target;
  const names = { namespace, workload: target.workload.name, ...(target.pod && { pod: target.pod.name }) };
  const judged = await judgeChecks(deps, checks, { sight: await sightOf(deps, input, live), names, labels });
  if (judged.kind === 'holds') return;
  throw new MendflowError('FAULT_GONE', `${checksInWords(checks)} does not hold any more: ${judged.why}`);
}

/** The very objects that were verified, by uid; what the checks do not ask for is not read. */
async function sightOf(
  { cluster }: ClusterDeps,
  { target, checks }: RemediateInput,
  live: Live,
): Promise<Partial<Sight>> {
  const needs = needsOf(checks);
  const { kind, namespace, name, uid } = target.workload;
  const known = live.target && 'desired' in live.target ? live.target : undefined;
  const [workload, nodes] = await Promise.all([
    known ?? (needs.has('workload') ? cluster.getWorkload(kind as WorkloadKind, namespace, name) : undefined),
    needs.has('node') ? cluster.listNodes() : [],
  ]);
  const pod = live.pod?.ref.uid === target.pod?.uid ? live.pod : undefined;
  const node = nodes.find((other) => other.name === pod?.nodeName);
  return { ...(workload?.ref.uid === uid && { workload }), ...(pod && { pod }), ...(node && { node }) };
}
