import { Context } from '@temporalio/activity';
import { needsOf, needsPod } from '../domain/policy/check-answers.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { failedCreate, healthOf, othersExcused, refusalInWords, type SinceAct } from '../domain/target/health.ts';
import { type Pod, restartsOf, worstFirst } from '../domain/target/pod.ts';
import { clockSkewMs, podSinceAct } from '../domain/target/pod-since-act.ts';
import { podInWords } from '../domain/target/pod-words.ts';
import {
  afterFailedRead,
  afterRead,
  type Finding,
  isStable,
  type StableWindow,
} from '../domain/target/stable-window.ts';
import type { SubjectKind } from '../domain/target/target.ts';
import type { Workload } from '../domain/target/workload.ts';
import { formatDuration } from '../domain/text/duration.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { Health, WaitForHealthyInput } from './contract.ts';
import { judgeChecks } from './judge-checks.ts';
import { nodeSeen } from './node-seen.ts';
import { vanished } from './step-target.ts';

/** What one round of reads gave. */
interface Look {
  finding: Finding;
  /** Nothing is left to be healthy, and why. */
  absent?: string;
  /** Pods that it wants, that are not ready, and that are excused. */
  notReady: number;
  /** The rollout gave up, in the API server's words. */
  givenUp?: string;
  pods: Pod[];
}

/**
 * Time counts from the first attempt, and the stable window survives a worker restart in the heartbeat. Throws
 * TARGET_GONE or TARGET_REPLACED when the workload itself is no longer the one that was remediated.
 */
export async function waitForHealthy(deps: ClusterDeps, input: WaitForHealthyInput): Promise<Health> {
  const { stableForMs, withinMs } = input;
  const context = Context.current();
  let window = openedOrResumed(context, deps.now());
  let pods: Pod[] = [];
  let notReady = 0;
  for (;;) {
    const look = await lookOrNote(deps, input, () => context.heartbeat(window));
    const nowMs = deps.now();
    if (typeof look === 'string') window = afterFailedRead(window, look);
    else {
      ({ pods, notReady } = look);
      if (look.absent !== undefined) return { kind: 'gone', detail: `${labelOf(input)}: ${look.absent}` };
      window = afterLook(window, look, nowMs);
      if (look.givenUp !== undefined && window.hadFailedBefore !== true) return unhealthy(look.givenUp, window, pods);
    }
    context.heartbeat(window);
    if (typeof look !== 'string' && isStable(window, stableForMs, nowMs)) {
      return { kind: 'healthy', detail: wellInWords(input, { pods, notReady }) };
    }
    const leftMs = window.startedAtMs + withinMs - nowMs;
    if (leftMs <= 0) {
      const refused = await refusedPods(deps, input);
      return unhealthy(`not healthy within ${formatDuration(withinMs)}`, window, pods, refused);
    }
    const stableInMs = (window.healthySinceMs ?? Number.POSITIVE_INFINITY) + stableForMs - nowMs;
    await context.sleep(Math.max(1, Math.min(deps.limits.pollEveryMs, leftMs, stableInMs)));
  }
}

const labelOf = ({ target }: WaitForHealthyInput) => {
  const { kind, namespace, name } = target.workload;
  return `${kind} ${namespace}/${name}`;
};

function wellInWords(
  { target, stableForMs }: WaitForHealthyInput,
  { pods, notReady }: Pick<Look, 'pods' | 'notReady'>,
): string {
  const { kind } = target.workload;
  const lasted = `for ${formatDuration(stableForMs)}`;
  if (kind === 'Node') return `the node was Ready without pressure ${lasted}`;
  if (kind === 'Job') return `the Job was complete ${lasted}`;
  if (notReady === 0) return `all ${pods.length} pods ready without a restart ${lasted}`;
  const ready = pods.filter(({ isReady }) => isReady).length;
  return `${ready} of ${ready + notReady} pods ready without a restart ${lasted}; ${othersExcused}`;
}

function openedOrResumed({ info }: Context, nowMs: number): StableWindow {
  const kept = info.heartbeatDetails as StableWindow | undefined;
  // A first attempt that died before its first heartbeat still used up its time.
  const startedAtMs = info.attempt > 1 ? Math.min(nowMs, info.scheduledTimestampMs) : nowMs;
  return kept ?? { startedAtMs, restarts: {}, findings: [] };
}

/** A rollout that had given up before our act says nothing about it until it moves again. */
function afterLook(window: StableWindow, { finding, givenUp }: Look, nowMs: number): StableWindow {
  const hadFailedBefore = givenUp !== undefined && (window.hadFailedBefore ?? true);
  return { ...afterRead(window, finding, nowMs), hadFailedBefore };
}

/** A round of reads; a text says why it could not be made, which is no verdict. */
async function lookOrNote(deps: ClusterDeps, input: WaitForHealthyInput, alive: () => void): Promise<Look | string> {
  try {
    return await lookAt(deps, input, alive);
  } catch (error) {
    // Credentials that rotate may arrive a little later than the old ones end.
    const passing = [
      'CLUSTER_UNAVAILABLE',
      'CREDENTIALS_REFUSED',
      'PROMETHEUS_UNAVAILABLE',
      'RATE_LIMITED',
      'CONFLICT',
    ];
    if (error instanceof MendflowError && passing.includes(error.code)) return `could not be read: ${error.message}`;
    throw error;
  }
}

/** `alive` is called between reads: together they may take longer than the heartbeat timeout. */
async function lookAt(deps: ClusterDeps, input: WaitForHealthyInput, alive: () => void): Promise<Look> {
  const { target } = input;
  const { kind, namespace, name } = target.workload;
  const workload = await deps.cluster.getWorkload(kind as SubjectKind, namespace, name);
  const gone = vanished(target.workload, workload);
  if (gone !== undefined || workload === undefined) throw gone;
  alive();
  const all = await deps.cluster.listPodsOf(workload);
  alive();
  const pods = all.filter((pod) => !pod.isTerminating);
  const health = healthOf(workload, pods, sinceAct(input));
  const wrong = health.kind === 'healthy' ? await faultLeft(deps, input, { workload, pods }) : health.why;
  // What is not ready although the workload is healthy is not what the window is about.
  const counted = pods.filter(({ isReady }) => isReady);
  const restarts = Object.fromEntries(counted.map((pod) => [pod.ref.uid, restartsOf(pod)]));
  return {
    pods,
    notReady: health.kind === 'healthy' ? (health.notReady ?? 0) : 0,
    ...(health.kind === 'absent' && { absent: health.why }),
    finding: wrong === undefined ? { kind: 'healthy', restarts } : { kind: 'wrong', why: wrong },
    ...(workload.progressFailure === undefined ? {} : { givenUp: workload.progressFailure }),
  };
}

/** What the workload is measured by; a run of an earlier build does not say it. */
function sinceAct({ before, actedAtMs, target }: WaitForHealthyInput): SinceAct | undefined {
  if (before === undefined || actedAtMs === undefined) return undefined;
  return { before, actedAtMs, ...(target.pod && { targetUid: target.pod.uid }) };
}

/**
 * The fault that started the run, if it is still there: on the very pod where that still lives, and for the workload
 * as a whole where a check is about that. Other pods may remember older faults in their last state.
 */
async function faultLeft(
  deps: ClusterDeps,
  input: WaitForHealthyInput,
  { workload, pods }: { workload: Workload; pods: readonly Pod[] },
): Promise<string | undefined> {
  const { target, checks, labels } = input;
  const { namespace } = target;
  const pod = pods.find(({ ref }) => ref.uid === target.pod?.uid);
  if (target.pod !== undefined && pod === undefined && needsPod(checks)) return undefined;
  const nodes = needsOf(checks).has('node') ? (await deps.census(namespace)).nodes : [];
  const node = nodeSeen(nodes, { top: target.workload, workload }, pod);
  const sight = { workload, ...(pod && { pod: sinceTheAct(pod, input) }), ...(node && { node }) };
  const names = { namespace, workload: target.workload.name, ...(pod && { pod: pod.ref.name }) };
  const judged = await judgeChecks(deps, checks, { sight, names, labels }, { momentary: true });
  return judged.kind === 'holds' ? `the fault is still there: ${judged.evidence.join('; ')}` : undefined;
}

const sinceTheAct = (pod: Pod, { before, actedAtMs }: WaitForHealthyInput): Pod =>
  actedAtMs === undefined
    ? pod
    : podSinceAct(pod, { actedAtMs, ...(before?.restarts && { restarts: before.restarts }) });

/**
 * In the API server's words why it refuses the pods that a controller would make. The controllers of StatefulSets and
 * DaemonSets say it in events only; those of Deployments in a condition, which health shows.
 */
async function refusedPods({ cluster }: ClusterDeps, { target, actedAtMs = 0 }: WaitForHealthyInput): Promise<string> {
  const { workload } = target;
  if (workload.kind !== 'StatefulSet' && workload.kind !== 'DaemonSet') return '';
  try {
    const events = await cluster.listEvents(workload);
    const [last] = events
      .filter(({ reason, atMs }) => reason === failedCreate && atMs >= actedAtMs - clockSkewMs)
      .sort((a, b) => b.atMs - a.atMs);
    return last === undefined ? '' : `: ${refusalInWords(last.reason, last.note)}`;
  } catch (error) {
    if (error instanceof MendflowError) return ` (its events cannot be read: ${error.message})`;
    throw error;
  }
}

function unhealthy(detail: string, { findings }: StableWindow, pods: Pod[], refused = ''): Health {
  const worst = pods.filter((pod) => !pod.isReady || restartsOf(pod) > 0).sort(worstFirst);
  const last = findings.at(-1);
  return {
    kind: 'unhealthy',
    detail: `${last === undefined ? detail : `${detail}: ${last}`}${refused}`,
    evidence: [...findings, ...worst.slice(0, 3).flatMap(podInWords)],
  };
}
