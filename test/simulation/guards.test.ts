import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { faultsOf } from './search/find.ts';
import { findInProcesses } from './search/in-processes.ts';
import type { Schedule } from './search/schedule.ts';

const days = Number(process.env.MENDFLOW_SEEDS ?? 600);
const seed = Number(process.env.MENDFLOW_SEED ?? 1);
const kept = JSON.parse(readFileSync(join(import.meta.dirname, 'seeds.json'), 'utf8')) as {
  what: string;
  schedule: Schedule;
}[];

describe('the guard statements, over the real workflows and activities', () => {
  it('hold on every day that once broke one of them', async () => {
    for (const { what, schedule } of kept)
      expect({ what, faults: await faultsOf(schedule) }).toEqual({ what, faults: [] });
  });

  it(`hold on ${days} simulated days of alerts, crashes, lost answers, pauses and people`, async () => {
    const startedMs = performance.now();
    const found = await findInProcesses(days, seed);
    const sum = (count: (part: (typeof found)[number]) => number) =>
      found.reduce((total, part) => total + count(part), 0);
    const seconds = (performance.now() - startedMs) / 1_000;
    const played = sum((part) => part.days);
    process.stdout.write(
      `guards: ${played} seeds from ${seed} in ${seconds.toFixed(1)} s on ${found.length} processes; ` +
        `${sum((part) => part.runs)} runs, ${sum((part) => part.acts)} acts\n`,
    );
    const failures = found.flatMap(({ failure }) => failure ?? []);
    for (const { schedule, why } of failures) process.stdout.write(`${why}\n${JSON.stringify(schedule)}\n`);
    expect(failures.map(({ why }) => why)).toEqual([]);
    expect(played).toBeGreaterThanOrEqual(days);
    expect(sum((part) => part.acts)).toBeGreaterThan(0);
  }, 3_600_000);
});
