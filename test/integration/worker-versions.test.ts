import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Connection, WorkflowHandle } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { HubActivities } from '../../activities/contract.ts';
import { loadConfig } from '../../config/config.ts';
import { hubWorkers } from '../../config/installation.ts';
import { guardTaskQueue, hubTaskQueue } from '../../domain/run/contract.ts';
import { resolveBinary } from '../../sandbox/binaries/index.ts';
import { silent } from '../../sandbox/progress.ts';
import { sayRouting } from '../../worker/deployment.ts';
import { createWorkers } from '../../worker/workers.ts';
import { anActionable, aTarget } from '../support/builders.ts';
import { Runbook } from '../support/runbook.ts';
import { testTemporalOver } from '../support/test-temporal.ts';
import { type Poller, poll, registerSearchAttributes } from '../support/workers.ts';

const deploymentName = 'mendflow';
/** What Temporal takes as the build id of workers without a version. */
const unversioned = '';
/** A hub worker's configuration, of a build or without a version. */
const configOf = (buildId?: string) => {
  const version = { MENDFLOW_WORKER_DEPLOYMENT: deploymentName, MENDFLOW_WORKER_BUILD_ID: buildId };
  return loadConfig({ env: { MENDFLOW_WORKER_ROLES: 'hub', ...(buildId === undefined ? {} : version) } });
};

let env: TestWorkflowEnvironment;
let runbook: Runbook;
let hub: HubActivities;
const builds: Poller[] = [];
/** The build whose activities were asked, in order. */
const asked: { build: string; activity: string }[] = [];

/** The product's hub workers of one build; the cluster's worker has no version. */
async function startBuild(buildId?: string): Promise<Poller> {
  const noting = Object.entries(hub as unknown as Record<string, (input: unknown) => Promise<unknown>>).map(
    ([activity, run]) => [
      activity,
      (input: unknown) => {
        asked.push({ build: buildId ?? 'none', activity });
        return run(input);
      },
    ],
  );
  const sinks = { metrics: { closed: { fn: () => {} }, guarded: { fn: () => {} } } };
  const workers = await createWorkers(configOf(buildId), {
    native: env.nativeConnection,
    hub: Object.fromEntries(noting) as HubActivities,
    cluster: undefined,
    sinks,
  });
  const build = poll(...workers);
  builds.push(build);
  return build;
}

/** What `temporal worker deployment set-current-version` does; resolves when it holds for both queues of the hub. */
async function makeCurrent(buildId: string): Promise<void> {
  const { workflowService } = env.connection as Connection;
  // The server takes it once the version polls.
  await until(async () => {
    await workflowService.setWorkerDeploymentCurrentVersion({ namespace: 'default', deploymentName, buildId });
    return true;
  });
  for (const name of [hubTaskQueue, guardTaskQueue]) {
    const queue = { namespace: 'default', taskQueue: { name }, taskQueueType: 1 };
    await until(async () => {
      const { versioningInfo } = await workflowService.describeTaskQueue(queue);
      return (versioningInfo?.currentDeploymentVersion?.buildId ?? unversioned) === buildId;
    });
  }
}

async function until(isTrue: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 30_000; ; await sleep(100)) {
    const isLate = performance.now() > deadline;
    try {
      if (await isTrue()) return;
    } catch (error) {
      if (isLate) throw error;
    }
    if (isLate) throw new Error('it does not become true');
  }
}

/** The builds that worked on a run, in the order of its history, each once. */
async function buildsOf(handle: WorkflowHandle): Promise<string[]> {
  const { events } = await handle.fetchHistory();
  const worked = (events ?? []).flatMap(
    ({ workflowTaskCompletedEventAttributes: done }) => done?.deploymentVersion?.buildId ?? [],
  );
  return [...new Set(worked)];
}

const notices: string[] = [];
const log = {
  info: (_: object, message: string) => notices.push(message),
  warn: (_: object, message: string) => notices.push(message),
} as unknown as Parameters<typeof sayRouting>[2];

async function noticeTo(buildId: string | undefined): Promise<string | undefined> {
  notices.length = 0;
  await sayRouting(env.client, configOf(buildId), log);
  return notices[0];
}

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) });
  const path = await resolveBinary('temporal', silent);
  env = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
  await registerSearchAttributes(env);
  const temporal = testTemporalOver(env);
  runbook = await Runbook.on({
    ...temporal,
    async serve(taskQueue, activities, { isHub = false } = {}) {
      if (!isHub) return temporal.serve(taskQueue, activities);
      hub = activities as HubActivities;
      return { stop: async () => void (await Promise.all(builds.splice(0).map((build) => build.stop()))) };
    },
  });
}, 120_000);

afterAll(() => runbook?.close(), 60_000);

const asking = anActionable({ spec: { mode: 'Approve' } });

async function runThatAsks() {
  runbook.cluster.verify = [asking];
  const run = await runbook.start();
  const { question } = await run.until(({ phase }) => phase === 'AwaitingApproval');
  return { run, digest: question?.digest };
}

describe('worker versions', () => {
  it('take over the guard and the open runs of workers without a version', async () => {
    const before = await startBuild();
    await runbook.reset();
    const { run, digest } = await runThatAsks();
    await startBuild('v1');
    expect(await noticeTo('v1')).toContain('no worker version is current');
    await makeCurrent('v1');
    builds.splice(builds.indexOf(before), 1);
    await before.stop();
    await run.say('approve', { digest });
    expect((await run.report()).outcome).toBe('remediated');
    expect((await buildsOf(runbook.workflow(run.id))).at(-1)).toBe('v1');
    expect((await buildsOf(runbook.guard)).at(-1)).toBe('v1');
  }, 120_000);

  it('finish old runs with old code, start new ones with new code, and move the guard on', async () => {
    await startBuild('v2');
    await makeCurrent('v2');
    expect(await noticeTo('v2')).toBeUndefined();
    await runbook.reset();

    const { run: old, digest } = await runThatAsks();

    const pollers = await hubWorkers(env.client);
    await startBuild('v3');
    await makeCurrent('v3');
    // A second installation is recognised by its workers, so those with versions have to be among them.
    expect(await hubWorkers(env.client)).toHaveLength(pollers.length + 1);
    expect(await noticeTo('v2')).toContain('new runs go to build v3');
    expect(await noticeTo(undefined)).toContain('it has no version, and build v3');
    runbook.cluster.verify = [
      anActionable({ target: aTarget({ workload: 'cart', pod: 'cart-1' }), failure: 'OOMKilled' }),
    ];
    const before = asked.length;
    const fresh = await runbook.start();
    expect((await fresh.report()).outcome).toBe('remediated');
    // The guard, which began with the old code, asked the rules of the new one.
    const since = asked.slice(before).filter(({ activity }) => activity === 'decidePermits');
    expect(since).not.toHaveLength(0);
    expect(new Set(since.map(({ build }) => build))).toEqual(new Set(['v3']));

    runbook.cluster.verify = [asking];
    await old.say('approve', { digest });
    expect((await old.report()).outcome).toBe('remediated');
    expect(await buildsOf(runbook.workflow(old.id))).toEqual(['v2']);
    expect(await buildsOf(runbook.workflow(fresh.id))).toEqual(['v3']);
    expect(await buildsOf(runbook.guard)).toEqual(['v2', 'v3']);
  }, 120_000);

  it('give new runs back to workers without a version, and the guard once the old workers stop', async () => {
    const versioned = await startBuild('v4');
    await makeCurrent('v4');
    await runbook.reset();
    await startBuild();
    await makeCurrent(unversioned);
    expect(await noticeTo(undefined)).toBeUndefined();
    // The guard stays with the worker that has it in memory until that one stops.
    builds.splice(builds.indexOf(versioned), 1);
    await versioned.stop();
    const before = asked.length;
    expect((await (await runbook.start()).report()).outcome).toBe('remediated');
    expect(asked.slice(before).filter(({ build }) => build !== 'none')).toEqual([]);
  }, 120_000);
});
