import { MendflowError } from '../domain/run/errors.ts';
import {
  type MemoryBounds,
  mainContainer,
  notInPlace,
  resizedTo,
  runningSince,
} from '../domain/target/memory-raise.ts';
import type { Pod } from '../domain/target/pod.ts';
import type { Workload } from '../domain/target/workload.ts';
import type { ActionContext, ActionResult, UndoResult } from './actions/define-action.ts';
import { type MemoryMark, memoryMarks } from './memory-mark.ts';
import { unfit } from './rollout-refusal.ts';

type Context = ActionContext<Workload>;
type PodMark = MemoryMark & { pod: { name: string; uid: string } };

const limitOf = (pod: Pod, container: string) => mainContainer(pod, container)?.memoryLimit;

/** The live pod, if it is still that one. */
export async function podOf({ cluster, target }: Context, { name, uid }: { name: string; uid: string }) {
  const pod = await cluster.getPod(target.ref.namespace, name);
  return pod?.ref.uid === uid && !pod.isTerminating ? pod : undefined;
}

/** The node's word is waited for this long; it takes up a resize within a few seconds. */
const proof = { everyMs: 1_000, tries: 10 };

/** What came of raising in place; `left` says why the pod could not be given more, or was not within seconds. */
export type InPlace = { kind: 'done'; result: ActionResult } | { kind: 'left'; why: string };

/**
 * Raises the limit of the faulty pod alone, which runs on: first the note on the workload, then the pod, so that
 * whoever takes it back finds what to take back. It is done when the node says that the running container has the limit.
 */
export async function raiseInPlace(context: Context, mark: MemoryMark): Promise<InPlace> {
  const { cluster, target, dryRun, token } = context;
  const { container, from, to } = mark;
  const meant = mark.pod ?? context.pod;
  const pod = meant && (await podOf(context, meant));
  if (pod === undefined) {
    if (mark.pod === undefined) return { kind: 'left', why: 'the fault is on no pod that is there' };
    return done(`pod ${mark.pod.name} was replaced since this step began`, { changed: false });
  }
  const live = limitOf(pod, container);
  const isRaised = mark.pod !== undefined && live === to.limit;
  if (mark.pod !== undefined && !isRaised && live !== from.limit) {
    throw unfit(target, `somebody changed the memory limit of pod ${pod.ref.name} since`);
  }
  const unfitting = notInPlace(pod, container) ?? (isRaised ? undefined : await cannotResize(context, pod, mark));
  if (unfitting !== undefined) return { kind: 'left', why: unfitting };
  if (mark.pod === undefined) {
    const { name, uid } = pod.ref;
    const runsSinceMs = runningSince(pod, container);
    const noted = { name, uid, atMs: context.askedAtMs, ...(runsSinceMs !== undefined && { runsSinceMs }) };
    const marking = memoryMarks.marking({ ...mark, pod: noted }, { token, dryRun });
    await cluster.changeWorkload(target, { kind: 'none' }, marking);
  }
  const words = `raised the memory limit of ${container} in pod ${pod.ref.namespace}/${pod.ref.name}, which runs on, from ${from.limit} to ${to.limit}`;
  if (dryRun) return done(words);
  if (!isRaised) await cluster.resizePod(pod, { container, to, dryRun });
  const runsSinceMs = mark.pod?.runsSinceMs ?? runningSince(pod, container);
  const why = await notProven(context, pod, { container, limit: to.limit, runsSinceMs });
  if (why !== undefined) return { kind: 'left', why };
  return isRaised ? done(`${words} already`, { changed: false }) : done(words);
}

const done = (summary: string, more: { changed?: false } = {}): InPlace => ({
  kind: 'done',
  result: { summary, ...more },
});

/** Why the API server would not take it: a dry run says so, and changes nothing. */
async function cannotResize(context: Context, pod: Pod, { container, from, to }: MemoryMark) {
  // A pod that has another limit than its template was given more before: then all of them need it.
  if (limitOf(pod, container) !== from.limit) return 'it has another limit than its template already';
  return (await canResize(context, { pod, container, to })) ? undefined : 'the cluster does not resize it in place';
}

/** Asks the node until it has given the container the limit. Says why not, where it refuses or takes too long. */
async function notProven(
  context: Context,
  { ref }: Pod,
  wanted: Parameters<typeof resizedTo>[1],
): Promise<string | undefined> {
  let why = '';
  for (let tries = 0; tries < proof.tries; tries += 1) {
    if (tries > 0) await context.wait.pause(proof.everyMs, `the node to resize pod ${ref.name}`);
    const now = await podOf(context, ref);
    if (now === undefined) return `pod ${ref.name} is gone`;
    const resized = resizedTo(now, wanted);
    if (resized.kind === 'done') return undefined;
    ({ why } = resized);
    if (resized.kind === 'refused') break;
  }
  return why;
}

/** Gives a pod its old limit back that did not take the new one; where the cluster cannot lower it, it is left. */
export async function leaveInPlace(context: Context, { container, from, to, pod: meant }: MemoryMark): Promise<void> {
  const pod = meant && (await podOf(context, meant));
  if (pod === undefined || limitOf(pod, container) !== to.limit) return;
  await context.cluster.resizePod(pod, { container, to: from, dryRun: false }).catch((error: unknown) => {
    if (!(error instanceof MendflowError && error.code === 'NOT_APPLICABLE')) throw error;
  });
}

async function canResize(
  { cluster }: Context,
  { pod, container, to }: { pod: Pod; container: string; to: MemoryBounds },
): Promise<boolean> {
  try {
    await cluster.resizePod(pod, { container, to, dryRun: true });
    return true;
  } catch (error) {
    if (error instanceof MendflowError && error.code === 'NOT_APPLICABLE') return false;
    throw error;
  }
}

/** Gives the pod back the limit that it had, and says so on the workload; a pod that is gone took it along. */
export async function takeBackInPlace(context: Context, mark: PodMark): Promise<UndoResult> {
  const { cluster, target, token, dryRun } = context;
  const { container, from, to } = mark;
  const pod = await podOf(context, mark.pod);
  if (pod === undefined) return { summary: `pod ${mark.pod.name} is gone, and its limit with it`, changed: false };
  const live = limitOf(pod, container);
  if (live !== to.limit && live !== from.limit) {
    throw unfit(target, `somebody changed the memory limit of pod ${mark.pod.name} since`);
  }
  if (live === to.limit) await cluster.resizePod(pod, { container, to: from, dryRun });
  await cluster.changeWorkload(
    target,
    { kind: 'none' },
    memoryMarks.marking({ ...mark, isBack: true }, { token, dryRun }),
  );
  return { summary: `put the memory limit of ${container} in pod ${mark.pod.name} back to ${from.limit}` };
}
