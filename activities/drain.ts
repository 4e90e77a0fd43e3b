import { cordonAnnotation } from '../domain/run/contract.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { isSilent } from '../domain/target/cluster-context.ts';
import { graceToAsk, inStartupProbe, type Pod } from '../domain/target/pod.ts';
import type { Workload } from '../domain/target/workload.ts';
import type { ActionContext, ActionResult, UndoResult } from './actions/define-action.ts';
import { type DrainBounds, podsInWords, type Survey, survey } from './drain-survey.ts';

type Context = ActionContext<Workload>;
type Params = Omit<DrainBounds, 'nowMs'> & { gracePeriodSeconds?: number | undefined };

/** Between two evictions: the kill switches are asked, and the controllers get to work. */
const paceMs = 200;
/** Between two looks at what is left. */
const lookEveryMs = 2_000;
/** Before it is asked again for a pod that could not come back: each time the API server and many nodes are asked. */
const refusalStandsMs = 15_000;

/** How far a drain is. */
interface Progress {
  /** Uids of the pods that it evicted. */
  evicted: Set<string>;
  /** Pods that could not come back, by uid: why, and until when nobody asks again, Unix ms. */
  refused: Map<string, { why: string; untilMs: number }>;
}

/**
 * Evicts what the survey lets go until nothing of it is left. Resumable: what is gone is not there any more. Throws
 * NOT_APPLICABLE before the first act where the node cannot be emptied or does not answer, STEP_UNFINISHED with what is left.
 */
export async function drain(context: Context, params: Params): Promise<ActionResult> {
  const { cluster, target, token, dryRun, wait } = context;
  const { name } = target.ref;
  const isResumed = target.annotations[cordonAnnotation] === token;
  const look = () => survey(cluster, name, { ...params, nowMs: wait.now() });
  refuseSilent(target, isResumed);
  let seen = await look();
  refuseWhatWouldBeLost(name, seen, isResumed);
  // All together, and before the first one is gone; each is asked for again right before its eviction.
  if (!isResumed) await wait.during(context.replaceable(seen.toGo));
  if (!target.isPaused) await cluster.cordonNode(target.ref, { token, dryRun });
  if (dryRun) return { summary: await rehearsed(context, seen.toGo) };
  const progress: Progress = { evicted: new Set(), refused: new Map() };
  for (;;) {
    const blocked = await evictAll(context, params, seen.toGo, progress);
    seen = await look();
    refuseWhatWouldBeLost(name, seen, true);
    refuseSilent(await cluster.getWorkload('Node', '', name), true);
    if (seen.toGo.length === 0 && seen.leaving.length === 0) break;
    await wait.pause(
      lookEveryMs,
      blocked.length > 0 ? blocked.join('; ') : podsInWords([...seen.toGo, ...seen.leaving]),
    );
  }
  const kept = seen.kept.length === 0 ? '' : `; left alone: ${seen.kept.join(', ')}`;
  const summary = `drained node ${name}: ${progress.evicted.size} pods evicted${kept}`;
  return { summary, ...(target.isPaused && progress.evicted.size === 0 && { changed: false }) };
}

/** One round. Gives why pods stay for now: a budget holds them back, or they could not come back. */
async function evictAll(
  { cluster, wait }: Context,
  params: Params,
  pods: readonly Pod[],
  { evicted, refused }: Progress,
): Promise<string[]> {
  const blocked: string[] = [];
  const hopeless: string[] = [];
  for (const pod of pods) {
    const { ref } = pod;
    const label = `${ref.namespace}/${ref.name}`;
    const known = refused.get(ref.uid);
    if (known !== undefined && wait.now() < known.untilMs) {
      blocked.push(known.why);
      continue;
    }
    try {
      const gracePeriodSeconds = graceToAsk(pod, params.gracePeriodSeconds);
      await cluster.evictPod(ref, { gracePeriodSeconds, dryRun: false });
      evicted.add(ref.uid);
    } catch (error) {
      const { code, message } = error as MendflowError;
      if (code === 'EVICTION_BLOCKED') {
        blocked.push(inStartupProbe(pod) === undefined ? `the disruption budget of ${label}` : message);
      } else if (code === 'NOT_REPLACEABLE') {
        blocked.push(message);
        refused.set(ref.uid, { why: message, untilMs: wait.now() + refusalStandsMs });
      } else if (code === 'BUDGETS_CONFLICT') hopeless.push(label);
      else if (code !== 'TARGET_GONE' && code !== 'TARGET_REPLACED') throw error;
    }
    await wait.pause(paceMs, podsInWords(pods));
  }
  if (hopeless.length > 0 && hopeless.length === pods.length) {
    throw new MendflowError('STEP_UNFINISHED', `more than one disruption budget covers ${hopeless.join(', ')}`);
  }
  return [...blocked, ...hopeless.map((label) => `the disruption budgets of ${label}`)];
}

/** What the API server would say to each eviction. */
async function rehearsed({ cluster, target, wait }: Context, pods: readonly Pod[]): Promise<string> {
  const held: string[] = [];
  for (const { ref } of pods) {
    try {
      await cluster.evictPod(ref, { dryRun: true });
    } catch (error) {
      if (!(error instanceof MendflowError) || error.code === 'PERMISSION_DENIED') throw error;
      held.push(`${ref.namespace}/${ref.name} (${error.code})`);
    }
    await wait.pause(1, 'the dry run');
  }
  const refused = held.length === 0 ? '' : `; refused for now: ${held.join(', ')}`;
  return `drained node ${target.ref.name}: ${pods.length} pods evicted${refused}`;
}

/** No kubelet is there to stop the pods: their evictions would not end, and Kubernetes moves them by itself (G24). */
function refuseSilent(node: Workload | undefined, isBegun: boolean): void {
  if (node === undefined || !isSilent(node)) return;
  const why = 'it does not answer, so nothing would stop its pods';
  throw new MendflowError(beforeOrAfter(isBegun), `node ${node.ref.name} is not drained: ${why}`);
}

const beforeOrAfter = (isBegun: boolean) => (isBegun ? 'STEP_UNFINISHED' : 'NOT_APPLICABLE');

function refuseWhatWouldBeLost(name: string, { lost }: Survey, isBegun: boolean): void {
  if (lost.length === 0) return;
  throw new MendflowError(beforeOrAfter(isBegun), `node ${name} is not drained: ${lost.slice(0, 5).join('; ')}`);
}

/** Uncordons the node if this very step cordoned it, and nobody took that back or did it again since. */
export async function takeCordonBack({ cluster, target, token }: Context): Promise<UndoResult> {
  const { name } = target.ref;
  if (!target.isPaused || target.annotations[cordonAnnotation] !== token) {
    return { summary: `node ${name} is not cordoned by this step any more`, changed: false };
  }
  await cluster.uncordonNode(target.ref, { token, dryRun: false });
  return { summary: `uncordoned node ${name}` };
}
