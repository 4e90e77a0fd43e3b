import { eventually } from '../../../sandbox/process.ts';

/** Rejects, saying what was waited for, when the condition does not hold in time: no test goes on without it. */
export async function until(what: string, holds: () => Promise<boolean>, withinMs = 20_000): Promise<void> {
  if (!(await eventually(holds, withinMs))) throw new Error(`not within ${withinMs / 1_000} s: ${what}`);
}
