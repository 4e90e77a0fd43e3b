import { describe, expect, it } from '@jest/globals';
import { anActionable, now } from '../support/builders.ts';
import type { Runbook } from '../support/runbook.ts';
import { isIn } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

const workload = 'shop/Deployment/checkout';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

describe('the guard', () => {
  it('lifts a pause only when every pause is lifted', async () => {
    for (const id of ['a', 'b']) await runbook.guard.signal('pause', { id, who: 'ada', why: id, sinceMs: 0 });
    await runbook.order('resume', { id: 'a', who: 'ada', why: 'over' });
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'denied', reason: 'paused' });
    await runbook.order('resume', { id: 'b', who: 'ada', why: 'over' });
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'remediated' });
  });

  it('forgets a workload’s history when a person resets it', async () => {
    await (await runbook.start()).report();
    await runbook.order('reset', { id: 'r', workload, who: 'ada', why: 'replaced' });
    const report = await (await runbook.start()).report();
    expect(report.outcome).toBe('remediated');
    expect(report.timeline).not.toContainEqual(expect.objectContaining({ reason: 'coolingDown' }));
  });

  it('does not resume or reset for somebody who can only write to Temporal', async () => {
    await runbook.guard.signal('pause', { id: 'a', who: 'ada', why: 'a', sinceMs: 0 });
    const at = new Date(now).toISOString();
    const unsigned: [signal: string, orders: unknown[]][] = [
      ['resume', [{ id: 'a', who: 'ada', why: 'x', at, signature: 'tests:0' }, { id: 'a', who: 'ada' }, undefined]],
      ['resetWorkload', [{ id: 'r', workload, who: 'ada', why: 'x', at }, 7, undefined]],
    ];
    for (const [signal, orders] of unsigned) {
      for (const order of orders) await runbook.guard.signal(signal, order);
    }
    await runbook.order('reset', { id: 'last', workload, who: 'ada', why: 'x' });
    await runbook.untilGuard(({ resets }) => resets.length > 0);
    expect(await runbook.guardState()).toMatchObject({ pauses: [{ id: 'a' }], resets: [{ id: 'last' }] });
  });

  it('obeys a reset once, however often a copy of it is sent', async () => {
    const order = { id: 'r', workload, who: 'ada', why: 'replaced' };
    for (let copy = 0; copy < 3; copy += 1) await runbook.order('reset', order);
    await runbook.order('reset', { ...order, id: 'last' });
    await runbook.untilGuard(({ resets }) => resets.some(({ id }) => id === 'last'));
    expect((await runbook.guardState()).resets.map(({ id }) => id)).toEqual(['r', 'last']);
  });

  it('hears of a request twice and grants one lease', async () => {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'Approve' } })];
    const run = await runbook.start();
    await run.until(isIn('AwaitingApproval'));
    const [lease] = (await runbook.guardState()).leases;
    const again = await runbook.ask(run, lease?.requestId ?? '');
    expect(again).toMatchObject([{ verdict: { kind: 'grant', expiresAtMs: lease?.expiresAtMs } }]);
    expect((await runbook.guardState()).leases).toEqual([lease]);
    await run.say('abort');
    await run.report();
  });
});

// Last and alone: the test server stops skipping time after a signal to a workflow that is not there.
describe('the lease of a run that was terminated', () => {
  it('is waited for: an alert never joins a run that has ended', async () => {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'Approve' } })];
    const holder = await runbook.start();
    await holder.until(isIn('AwaitingApproval'));
    await holder.terminate();
    const run = await runbook.start();
    await run.until(({ timeline }) => timeline.some(({ what }) => what.includes('its lease must expire first')));
    await run.say('abort');
    expect(await run.report()).toMatchObject({ outcome: 'aborted', steps: [] });
  });
});

describe('without a guard', () => {
  it('no step is taken, and the run says why', async () => {
    await runbook.reset({ hasGuard: false });
    const run = await runbook.start();
    await run.until(({ timeline }) => timeline.some(({ reason }) => reason === 'guardUnavailable'));
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('abort');
    expect(await run.report()).toMatchObject({ outcome: 'aborted', steps: [] });
  });
});
