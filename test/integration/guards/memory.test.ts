import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { WorkflowHandle } from '@temporalio/client';
import type { GuardState } from '../../../domain/guard/state.ts';
import { guardSignals } from '../../../domain/run/contract.ts';
import type { RemediationReport } from '../../../domain/run/outcome.ts';
import { resolveBinary } from '../../../sandbox/binaries/index.ts';
import { eventually } from '../../../sandbox/process.ts';
import { silent } from '../../../sandbox/progress.ts';
import { type GuardOnTemporal, startGuardOnTemporal } from '../../support/guard-on-temporal.ts';
import { ScriptedCluster } from '../../support/scripted.ts';

let hub: GuardOnTemporal;

beforeAll(async () => {
  hub = await startGuardOnTemporal();
}, 180_000);

afterAll(() => hub?.stop(), 60_000);

const pause = (id: string) => ({ id, who: 'ada', why: 'migration', sinceMs: Date.now() });
/** The state of a guard, once it shows what is wanted. */
async function stateWhen(guard: WorkflowHandle, isWanted: (state: GuardState) => boolean): Promise<GuardState> {
  let state: GuardState | undefined;
  const isThere = await eventually(async () => {
    state = await guard.query<GuardState>('state').catch(() => undefined);
    return state !== undefined && isWanted(state);
  }, 20_000);
  expect({ isThere, state: isThere ? undefined : state }).toEqual({ isThere: true, state: undefined });
  return state as GuardState;
}

describe('a guard that was terminated', () => {
  it('is started again with its pauses, its acts and its cooldowns, whoever starts it', async () => {
    const cluster = await hub.cluster();
    const healed = await hub.run(cluster);
    expect(((await healed.result()) as RemediationReport).outcome).toBe('remediated');
    const guard = await hub.startGuard(cluster);
    await guard.signal('pause', pause('a'));
    const before = await stateWhen(guard, ({ acts, pauses }) => acts.length === 1 && pauses.length === 1);
    await guard.terminate('somebody did');
    // Two start it at the same time, as two workers and the api may.
    await Promise.all([hub.startGuard(cluster), hub.startGuard(cluster), hub.pauseByApi(cluster, pause('b'))]);
    const after = await stateWhen(guard, ({ pauses }) => pauses.length === 2);
    expect(after.acts).toEqual(before.acts);
    expect(after.changes).toEqual(before.changes);
    expect(after.pauses.map(({ id }) => id).sort()).toEqual(['a', 'b']);
    // And once more, without a word between.
    await guard.terminate('again');
    await hub.startGuard(cluster);
    expect(await stateWhen(guard, () => true)).toMatchObject({ acts: before.acts, pauses: after.pauses });
  }, 60_000);

  it('keeps a cooldown: the next run of the workload is held', async () => {
    const cluster = await hub.cluster();
    await (await hub.run(cluster)).result();
    const guard = await hub.startGuard(cluster);
    await guard.terminate('somebody did');
    await hub.startGuard(cluster);
    await stateWhen(guard, ({ acts }) => acts.length === 1);
    const run = await hub.run(cluster);
    const isHeld = await eventually(async () => {
      const { verdicts } = await run.query<{ verdicts: { reason?: string }[] }>('status');
      return verdicts[0]?.reason === 'coolingDown';
    }, 20_000);
    expect(isHeld).toBe(true);
    await run.terminate('the test is over');
  }, 60_000);
});

describe('a guard that was terminated while a run waits for health', () => {
  it('knows the lease of the run, and takes it back when the run is done', async () => {
    const healthy = Promise.withResolvers<void>();
    const activities = () => {
      const real = new ScriptedCluster().activities();
      const waitForHealthy: typeof real.waitForHealthy = (input) =>
        healthy.promise.then(() => real.waitForHealthy(input));
      return { ...real, waitForHealthy };
    };
    const cluster = await hub.cluster({ activities });
    const run = await hub.run(cluster);
    const isWaiting = async () => (await run.query<{ phase: string }>('status')).phase === 'AwaitingHealthy';
    expect(await eventually(() => isWaiting().catch(() => false), 20_000)).toBe(true);
    const guard = await hub.startGuard(cluster);
    const before = await stateWhen(guard, ({ leases }) => leases.length === 1);
    await guard.terminate('somebody did');
    await hub.startGuard(cluster);
    const after = await stateWhen(guard, () => true);
    expect(after.leases).toEqual(before.leases);
    healthy.resolve();
    expect(await run.result()).toMatchObject({ outcome: 'remediated' });
    const { acts } = await stateWhen(guard, ({ leases }) => leases.length === 0);
    expect(acts.map(({ workload }) => workload)).toEqual(before.leases.map(({ workload }) => workload));
  }, 60_000);
});

describe('what a pause refused', () => {
  it('is looked at again when the pause is lifted, each run once', async () => {
    const cluster = await hub.cluster();
    const guard = await hub.startGuard(cluster);
    await guard.signal('pause', pause('a'));
    await stateWhen(guard, ({ pauses }) => pauses.length === 1);
    const runs = [await hub.run(cluster, 'one'), await hub.run(cluster, 'two'), await hub.run(cluster, 'three')];
    for (const run of runs) expect(await run.result()).toMatchObject({ outcome: 'denied', reason: 'paused' });
    await hub.resume(cluster, 'a');
    const outcomesOf = ({ workflowId }: WorkflowHandle) => hub.outcomesOf(workflowId);
    const areAllAgain = async () => (await Promise.all(runs.map(outcomesOf))).every(({ length }) => length === 2);
    expect(await eventually(areAllAgain, 40_000)).toBe(true);
    // They are about one workload: the first heals it, the others wait for its cooldown.
    const isHealed = async () => (await Promise.all(runs.map(outcomesOf))).flat().includes('remediated');
    expect(await eventually(isHealed, 20_000)).toBe(true);
    expect((await Promise.all(runs.map(outcomesOf))).flat().filter((outcome) => outcome === 'denied')).toHaveLength(3);
    const isOver = async () => (await hub.sweep(cluster).describe()).status.name === 'COMPLETED';
    expect(await eventually(isOver, 40_000)).toBe(true);
  }, 120_000);
});

describe('a message from the command line of Temporal', () => {
  it('of any shape does not stop the guard', async () => {
    const cluster = await hub.cluster();
    const guard = await hub.startGuard(cluster);
    const temporal = await resolveBinary('temporal', silent);
    const say = (name: string, ...input: string[]) =>
      promisify(execFile)(temporal, [
        ...[
          'workflow',
          'signal',
          '--address',
          hub.address,
          '--workflow-id',
          guard.workflowId,
          '--name',
          name,
          ...input,
        ],
        ...['--disable-config-file', '--disable-config-env'],
      ]);
    for (const name of [...Object.values(guardSignals), 'unheardOf']) {
      if (name === guardSignals.pause) continue;
      await say(name);
      await say(name, '--input', 'null');
      await say(name, '--input', '[[1,2],{"a":null}]');
      await say(name, '--input', 'x', '--input-meta', 'encoding=binary/unheard-of');
    }
    await say('pause');
    const { pauses } = await stateWhen(guard, (state) => state.pauses.length > 0);
    expect(pauses).toMatchObject([{ id: 'unnamed' }]);
  }, 60_000);
});
