import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { historyFromJSON } from '@temporalio/common/lib/proto-utils.js';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { workflowBundle } from '../../worker/bundle.ts';
import type { SampledHistory } from '../simulation/search/histories.ts';

const count = Number(process.env.MENDFLOW_HISTORIES ?? 1_000);
const seed = Number(process.env.MENDFLOW_SEED ?? 1);
const program = fileURLToPath(new URL('../simulation/search/write-histories.ts', import.meta.url));

/** Histories of simulated days, as the simulated server writes them. */
function sample(): SampledHistory[] {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const most = { env, encoding: 'utf8', maxBuffer: 2 ** 30 } as const;
  const { stdout, stderr, status } = spawnSync(process.execPath, [program, String(count), String(seed)], most);
  if (status !== 0) throw new Error(stderr);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as SampledHistory);
}

let bundle: Awaited<ReturnType<typeof workflowBundle>>;
let sampled: SampledHistory[];
beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) });
  bundle = await workflowBundle();
  sampled = sample();
}, 120_000);

/** What the SDK's own replayer has against them, in words. */
async function faultsOf(histories: readonly SampledHistory[]): Promise<string[]> {
  const each = histories.map(({ workflowId, history }) => ({ workflowId, history: historyFromJSON(history) }));
  const faults: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories({ workflowBundle: bundle }, each))
    if (error !== undefined) faults.push(`${workflowId}: ${error.message}`);
  return faults;
}

const typesOf = (histories: readonly SampledHistory[]) =>
  new Set(histories.flatMap(({ history }) => history.events.map(({ eventType }) => eventType)));

describe('the SDK’s own replayer', () => {
  it(`replays ${count} histories of simulated days with the workflows of today`, async () => {
    expect(sampled).toHaveLength(count);
    expect(await faultsOf(sampled)).toEqual([]);
  }, 300_000);

  it('sees what matters in them: activities, markers, timers, signals, updates and ends', () => {
    const wanted = ['ACTIVITY_TASK_FAILED', 'MARKER_RECORDED', 'TIMER_FIRED', 'WORKFLOW_EXECUTION_SIGNALED'];
    const ends = ['WORKFLOW_EXECUTION_UPDATE_COMPLETED', 'WORKFLOW_EXECUTION_COMPLETED'];
    const types = typesOf(sampled);
    expect([...wanted, ...ends].filter((type) => !types.has(`EVENT_TYPE_${type}`))).toEqual([]);
  });

  it('refuses a history in which another activity was asked for', async () => {
    const acted = sampled.find(({ history }) => JSON.stringify(history).includes('"name":"remediate"'));
    const broken = JSON.parse(JSON.stringify(acted).replaceAll('"name":"remediate"', '"name":"remedy"'));
    expect(await faultsOf([broken as SampledHistory])).toEqual([expect.stringContaining('remedy')]);
  });
});
