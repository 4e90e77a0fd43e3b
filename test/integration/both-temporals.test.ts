import { spawnSync } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { WorkflowNotFoundError } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { bundleWorkflowCode, DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import { resolveBinary } from '../../sandbox/binaries/index.ts';
import { silent } from '../../sandbox/progress.ts';
import { activitiesOf } from '../support/both/activities.ts';
import { type BothBench, scenarios, wordsOf } from '../support/both/scenarios.ts';
import { type Poller, poll } from '../support/workers.ts';

const folder = new URL('../support/both/', import.meta.url);
const taskQueue = 'both';
const phase = { name: 'Phase', type: 'KEYWORD' } as const;
let env: TestWorkflowEnvironment;
let bundle: Awaited<ReturnType<typeof bundleWorkflowCode>>;
let played: Record<string, unknown>;
let worker: Poller;
const runs = new Map<string, number>();

/** What every scenario comes to on the simulated server, in a process of its own. */
function playSimulated(): Record<string, unknown> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const program = fileURLToPath(new URL('simulated-bench.ts', folder));
  const { stdout, stderr, status } = spawnSync(process.execPath, [program], { env, encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
}

async function startWorker(): Promise<Poller> {
  const connection = env.nativeConnection;
  const activities = activitiesOf(runs, sleep);
  return poll(await Worker.create({ connection, taskQueue, workflowBundle: bundle, activities }));
}

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) });
  const path = await resolveBinary('temporal', silent);
  env = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path }, searchAttributes: [phase] },
  });
  bundle = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('little-workflows.ts', folder)),
    logger: new DefaultLogger('ERROR'),
  });
  worker = await startWorker();
  played = playSimulated();
}, 120_000);

afterAll(async () => {
  // A call that still waits for an open workflow would be tried again on a connection that is closed by then.
  for await (const { workflowId } of env?.client.workflow.list({ query: "ExecutionStatus = 'Running'" }) ?? [])
    await env.client.workflow.getHandle(workflowId).terminate();
  await worker?.stop();
  await env?.teardown();
}, 30_000);

const statuses: Record<string, string> = { CONTINUED_AS_NEW: 'continuedAsNew' };

function openBench(): BothBench {
  const { workflow } = env.client;
  return {
    pass: (ms) => sleep(ms),
    start: async (type, workflowId, ...args) => {
      await workflow.start(type, { taskQueue, workflowId, args });
    },
    signal: (id, name, ...args) =>
      workflow
        .getHandle(id)
        .signal(name, ...args)
        .then(
          () => 'ok',
          (error: unknown) => (error instanceof WorkflowNotFoundError ? 'not found' : wordsOf(error)),
        ),
    update: (id, name, ...args) =>
      workflow
        .getHandle(id)
        .executeUpdate(name, { args: args as [unknown] })
        .then(String, wordsOf),
    end: async (id) => {
      const result = await workflow
        .getHandle(id)
        .result()
        .catch(() => undefined);
      const { status } = await workflow.getHandle(id).describe();
      const name = statuses[status.name] ?? status.name.toLowerCase();
      return { status: name, ...(result === undefined ? {} : { result }) };
    },
    events: async (id) => {
      const history = JSON.parse(historyToJSON(await workflow.getHandle(id).fetchHistory())) as {
        events: { eventType: string }[];
      };
      return history.events.map(({ eventType }) => eventType.replace('EVENT_TYPE_', ''));
    },
    attributes: async (id) => {
      const { typedSearchAttributes } = await workflow.getHandle(id).describe();
      return { Phase: typedSearchAttributes.get(phase) };
    },
    away: async (work) => {
      await worker.stop();
      const done = await work();
      worker = await startWorker();
      return done;
    },
    runs: (word) => runs.get(word) ?? 0,
  };
}

describe('on a real server and on the simulated one', () => {
  it.each(Object.entries(scenarios))(
    '%s',
    async (name, play) => {
      runs.clear();
      expect(played[name]).toEqual(await play(openBench()));
    },
    60_000,
  );
});
