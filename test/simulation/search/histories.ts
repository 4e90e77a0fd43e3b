import fc from 'fast-check';
import type { Execution } from '../../../simulation/temporal/execution.ts';
import { type HistoryEvent, historyOf } from '../../../simulation/temporal/history-json.ts';
import { play } from './play.ts';
import { schedules } from './schedules.ts';

/** A history as a real server would hand it out. */
export interface SampledHistory {
  workflowId: string;
  runId: string;
  type: string;
  history: { events: HistoryEvent[] };
}

/** Histories of the runs of some days, those of guards and of everything that they start among them. */
export async function sampleHistories({ count, seed }: { count: number; seed: number }): Promise<SampledHistory[]> {
  const sampled: SampledHistory[] = [];
  for (let day = 0; sampled.length < count; day++) {
    const [schedule] = fc.sample(schedules, { numRuns: 1, seed: seed + day });
    if (schedule === undefined) continue;
    const { executions } = await play(schedule);
    for (const run of executions) if (run.hasBegun && sampled.length < count) sampled.push(sampledOf(run));
  }
  return sampled;
}

const sampledOf = (run: Execution): SampledHistory => ({
  workflowId: run.workflowId,
  runId: run.runId,
  type: run.type,
  history: { events: historyOf(run) },
});
