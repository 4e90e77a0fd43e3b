import type { Activation, LocalOrder } from './commands.ts';
import type { Instance } from './instance.ts';

/**
 * Lets new code do the tasks of a record again, and compares what it asks for. Gives the local activities that it still
 * waits for. Rejects where the code does something else now.
 */
export async function repeat(instance: Instance, record: readonly (readonly Activation[])[]): Promise<LocalOrder[]> {
  instance.isReplaying = true;
  const open = new Map<number, LocalOrder>();
  for (const task of record) {
    for (const { jobs, moment, trail: before } of task) {
      const now = await instance.activate(jobs, moment);
      if (now.join('\n') !== before.join('\n')) throw strayed(instance, before, now);
      for (const job of jobs) if (job.kind === 'resolve' && job.of === 'activity') open.delete(job.seq);
      for (const order of instance.takeLocal()) {
        if ('begin' in order) open.set(order.begin.seq, order);
        else open.delete(order.cancel);
      }
    }
    instance.takeCommands();
  }
  instance.isReplaying = false;
  return [...open.values()];
}

function strayed({ execution }: Instance, before: readonly string[], now: readonly string[]): Error {
  const { type, workflowId } = execution;
  const words = (trail: readonly string[]) => (trail.length === 0 ? 'nothing' : trail.join(', '));
  return new Error(`${type} ${workflowId} is not deterministic: first ${words(before)}; again ${words(now)}`);
}
