import { describe, expect, it } from '@jest/globals';
import { anActionable, aTarget } from '../support/builders.ts';
import type { Runbook } from '../support/runbook.ts';
import { isIn, oncall, recovered } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

describe('the guard’s word', () => {
  it('ends a run quietly while remediation is paused', async () => {
    await runbook.guard.signal('pause', { id: 'p', who: 'ada', why: 'migration', sinceMs: 0 });
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'denied', reason: 'paused' });
    expect(runbook.cluster.acts).toEqual([]);
    expect(runbook.receivers.told).toEqual([]);
  });

  it('lets a second alert of the same workload join the run that holds it', async () => {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'Approve' } })];
    const first = await runbook.start();
    await first.until(isIn('AwaitingApproval'));
    const second = await runbook.start();
    expect(await second.report()).toMatchObject({ outcome: 'merged', mergedInto: first.id });
    expect((await first.until(({ joined }) => joined.length > 0)).joined).toEqual([second.id]);
  });

  it('holds through the cooldown of an earlier run, verifies again, and only then acts', async () => {
    await (await runbook.start()).report();
    runbook.cluster.calls.length = 0;
    const report = await (await runbook.start()).report();
    expect(report.outcome).toBe('remediated');
    expect(report.timeline).toContainEqual(expect.objectContaining({ reason: 'coolingDown' }));
    expect(runbook.cluster.calls.map(({ name }) => name).slice(0, 3)).toEqual(['verify', 'verify', 'remediate']);
  });

  it('sleeps through a hold although the alert resolved before it, as it does when a pod was replaced', async () => {
    await (await runbook.start()).report();
    const run = await runbook.start();
    await run.signal('resolved', { ...run.alert, status: 'resolved' });
    await run.until(({ verdicts }) => verdicts.length > 0);
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
    expect(runbook.cluster.count('verify')).toBeLessThanOrEqual(4);
  });

  it('does nothing after a hold when the fault went away meanwhile', async () => {
    await (await runbook.start()).report();
    runbook.cluster.verify = [anActionable(), recovered];
    const before = runbook.cluster.acts.length;
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'recovered' });
    expect(runbook.cluster.acts).toHaveLength(before);
  });

  it('asks a person when the guard holds for longer than the policy waits', async () => {
    const spec = { guards: { cooldown: '4h', holdAtMost: '1h' }, ...oncall };
    runbook.cluster.verify = [anActionable({ spec })];
    await (await runbook.start()).report();
    const run = await runbook.start();
    const status = await run.until(isIn('Escalated'));
    expect(status.timeline).toContainEqual(expect.objectContaining({ reason: 'heldTooLong' }));
    await run.say('abort');
    await run.report();
  });

  it('climbs past a step that would take the last ready pod away', async () => {
    runbook.cluster.verify = [anActionable({ target: aTarget({ facts: { otherReadyPods: 0, desiredPods: 1 } }) })];
    expect(await (await runbook.start()).report()).toMatchObject({
      outcome: 'remediated',
      steps: [{ action: 'rolloutRestart' }],
    });
  });

  it('grants nothing while the rules cannot be asked', async () => {
    runbook.rulesFail = true;
    const run = await runbook.start();
    await run.until((status) => status.verdicts.some(({ verdict }) => verdict === 'hold'));
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('abort');
    expect(await run.report()).toMatchObject({ outcome: 'aborted' });
  });
});
