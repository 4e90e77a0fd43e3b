import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { invariants } from '../invariants/index.ts';
import { play } from './play.ts';
import type { Schedule } from './schedule.ts';
import { schedules } from './schedules.ts';

/** What some simulated days came to. */
export interface Found {
  days: number;
  acts: number;
  runs: number;
  /** How often each rule objected. */
  rejections: Record<string, number>;
  /** The smallest day that breaks something. */
  failure?: { schedule: Schedule; why: string };
}

/** Why a day is not as it must be, in words; every statement that does not hold. */
export async function faultsOf(schedule: Schedule, count?: (trace: Awaited<ReturnType<typeof play>>) => void) {
  const trace = await play(schedule);
  count?.(trace);
  return invariants.flatMap(({ name, statement, broken }) => {
    const why = broken(trace);
    return why === undefined ? [] : [`${name}: ${statement} But: ${why}`];
  });
}

/** Plays days from the seed on, and shrinks the first one that breaks a statement. */
export async function find({ days, seed }: { days: number; seed: number }): Promise<Found> {
  const found: Found = { days: 0, acts: 0, runs: 0, rejections: {} };
  const property = fc.asyncProperty(schedules, async (schedule) => {
    // A day never leaves the microtask queue; until that is empty, Node keeps what the days left behind.
    await setImmediate();
    const faults = await faultsOf(schedule, ({ acts, runs, rulings }) => {
      found.days += 1;
      found.acts += acts.length;
      found.runs += runs.length;
      for (const { decision } of rulings) {
        const name = decision.guard ?? 'none';
        found.rejections[name] = (found.rejections[name] ?? 0) + 1;
      }
    });
    if (faults.length > 0) throw new Error(faults.join('\n'));
  });
  const result = await fc.check(property, { numRuns: days, seed });
  const [schedule] = result.counterexample ?? [];
  if (schedule === undefined) return found;
  const error = result.errorInstance;
  return {
    ...found,
    failure: { schedule, why: error instanceof Error ? (error.stack ?? error.message) : String(error) },
  };
}
