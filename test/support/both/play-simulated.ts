import { Clock } from '../../../simulation/temporal/clock.ts';
import { historyOf } from '../../../simulation/temporal/history-json.ts';
import type { AnyFunction } from '../../../simulation/temporal/instance.ts';
import { Server } from '../../../simulation/temporal/server.ts';
import { activitiesOf } from './activities.ts';
import * as workflows from './little-workflows.ts';
import { type BothBench, scenarios, wordsOf } from './scenarios.ts';

/** What every scenario comes to on the simulated server. */
export async function playAll(): Promise<Record<string, unknown>> {
  const played: Record<string, unknown> = {};
  for (const [name, play] of Object.entries(scenarios)) played[name] = await play(openBench());
  return played;
}

const taskQueue = 'both';
/** Nothing of a scenario takes longer. */
const longestMs = 60_000;

function openBench(): BothBench {
  const clock = new Clock(Date.parse('2026-03-01T10:00:00Z'));
  const runs = new Map<string, number>();
  const activities = activitiesOf(runs, (ms) => new Promise((resolve) => clock.after(ms, () => resolve(undefined))));
  const server = new Server({
    clock,
    workflows: workflows as Record<string, AnyFunction>,
    activities: () => activities,
  });
  const pass = (ms: number) => clock.runUntil(clock.nowMs + ms);
  const soon = async <T>(work: Promise<T>): Promise<T> => {
    await pass(1);
    return work;
  };
  return {
    pass,
    start: async (workflow, workflowId, ...args) => {
      server.start(workflow, { workflowId, taskQueue, args });
      await pass(1);
    },
    signal: (id, name, ...args) => soon(server.signal(id, name, ...args).then(() => 'ok', wordsOf)),
    update: (id, name, ...args) => server.update(id, name, args).then(String, wordsOf),
    end: async (id) => {
      const untilMs = clock.nowMs + longestMs;
      while (server.isRunning(id) && clock.nowMs < untilMs) await pass(100);
      const { status, result } = server.find(id) ?? { status: 'unknown', result: undefined };
      return { status, ...(result === undefined ? {} : { result }) };
    },
    events: async (id) => {
      const run = server.find(id);
      if (run === undefined) throw new Error(`no run ${id}`);
      return historyOf(run).map(({ eventType }) => eventType.replace('EVENT_TYPE_', ''));
    },
    attributes: async (id) => ({ ...server.find(id)?.attributes }),
    away: async (work) => {
      server.crash(taskQueue, 750);
      const done = await work();
      await pass(100);
      return done;
    },
    runs: (word) => runs.get(word) ?? 0,
  };
}
