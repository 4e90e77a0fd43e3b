import { MendflowError } from '../domain/errors.ts';
import type { MemoryBounds } from '../domain/memory-raise.ts';
import type { Pod } from '../domain/pod.ts';
import type { Workload } from '../domain/workload.ts';
import type { ActionContext, ActionResult, UndoResult } from './actions/define-action.ts';
import { type MemoryMark, memoryMarks } from './memory-mark.ts';
import { unfit } from './rollout-refusal.ts';

type Context = ActionContext<Workload>;
type PodMark = MemoryMark & { pod: { name: string; uid: string } };

const limitOf = (pod: Pod, container: string) =>
  pod.containers.find(({ name, isInit }) => name === container && !isInit)?.memoryLimit;

async function podOf({ cluster, target }: Context, { name, uid }: { name: string; uid: string }) {
  const pod = await cluster.getPod(target.ref.namespace, name);
  return pod?.ref.uid === uid && !pod.isTerminating ? pod : undefined;
}

/**
 * Raises the limit of the faulty pod alone, which runs on: first the note on the workload, then the pod, so that
 * whoever takes it back finds what to take back. Undefined where that cannot be done, and nothing was.
 */
export async function raiseInPlace(context: Context, mark: MemoryMark): Promise<ActionResult | undefined> {
  const { cluster, target, dryRun, token } = context;
  const { container, from, to } = mark;
  const meant = mark.pod ?? context.pod;
  const pod = meant && (await podOf(context, meant));
  const words = (way: string) => `raised the memory limit of ${container} ${way} from ${from.limit} to ${to.limit}`;
  if (mark.pod !== undefined) {
    if (pod === undefined)
      return { summary: `pod ${mark.pod.name} was replaced since this step began`, changed: false };
    const live = limitOf(pod, container);
    if (live === to.limit) return { summary: `${words(`in pod ${pod.ref.name}`)} already`, changed: false };
    if (live !== from.limit) throw unfit(target, `somebody changed the memory limit of pod ${pod.ref.name} since`);
  }
  // A pod that has another limit than its template was given more before: then all of them need it.
  if (pod === undefined || limitOf(pod, container) !== from.limit) return undefined;
  if (!(await canResize(context, { pod, container, to }))) return undefined;
  if (mark.pod === undefined) {
    const { name, uid } = pod.ref;
    const marking = memoryMarks.marking({ ...mark, pod: { name, uid } }, { token, dryRun });
    await cluster.changeWorkload(target, { kind: 'none' }, marking);
  }
  if (!dryRun) await cluster.resizePod(pod, { container, to, dryRun });
  return { summary: words(`in pod ${pod.ref.namespace}/${pod.ref.name}, which runs on,`) };
}

/** Whether the API server would take it: a dry run says so, and changes nothing. */
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
