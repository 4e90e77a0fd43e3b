import { describe, expect, it } from '@jest/globals';
import type { UndoInput } from '../../activities/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { anActionable } from '../support/builders.ts';
import type { Runbook } from '../support/runbook.ts';
import { isIn, oncall, recovered, unhealthy } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

const cordon = (undo?: string) => ({ cordonNode: {}, within: '5m', ...(undo && { undo }) });
/** The policy's steps; every look at the cluster finds the fault. */
const climbs = (...steps: object[]) => {
  runbook.cluster.verify = [anActionable({ spec: { steps, ...oncall } })];
};
const tokensOf = (call: 'remediate' | 'undo') =>
  runbook.cluster.calls.flatMap(({ name, input }) => (name === call ? [(input as UndoInput).token] : []));
const taken = () => tokensOf('remediate');
const undone = () => tokensOf('undo');
const effects = (steps: readonly { effect?: string }[]) => steps.map(({ effect }) => effect);

describe('a step that can be taken back', () => {
  it('is kept where the policy does not say otherwise', async () => {
    climbs(cordon());
    const report = await (await runbook.start()).report();
    expect(report).toMatchObject({ outcome: 'remediated', steps: [{ result: 'kept', effect: 'kept' }] });
    expect(undone()).toEqual([]);
  });

  it('is taken back at the end where the policy always wants it, with the token that it was taken with', async () => {
    climbs(cordon('Always'));
    const run = await runbook.start();
    const report = await run.report();
    expect(report).toMatchObject({ outcome: 'remediated', steps: [{ result: 'kept', effect: 'reverted' }] });
    expect(undone()).toEqual(taken());
    expect(report.timeline.map(({ what }) => what)).toContain('took back cordonNode: as it was');
  });

  it('is kept after it healed, where the policy wants it taken back only when it did not', async () => {
    climbs(cordon('Unhealthy'));
    expect(effects((await (await runbook.start()).report()).steps)).toEqual(['kept']);
  });

  it('is taken back before a person is asked', async () => {
    climbs(cordon('Unhealthy'));
    runbook.cluster.health = [unhealthy];
    const run = await runbook.start();
    const status = await run.until(isIn('Escalated'));
    expect(effects(status.steps)).toEqual(['reverted']);
    const told = status.timeline.map(({ what }) => what);
    expect(told.findIndex((what) => what.startsWith('took back'))).toBeLessThan(
      told.findIndex((what) => what.startsWith('a person is asked')),
    );
    await run.say('abort');
    await run.report();
    expect(undone()).toHaveLength(1);
  });

  it('stays until the workload is healthy where the policy wants that, also while a person is asked', async () => {
    climbs(cordon('WhenHealthy'));
    runbook.cluster.health = [unhealthy];
    const run = await runbook.start();
    const status = await run.until(isIn('Escalated'));
    expect(effects(status.steps)).toEqual(['kept']);
    expect(status.timeline.map(({ what }) => what)).toContain('cordonNode stays until the workload is healthy');
    expect(undone()).toEqual([]);
    runbook.cluster.verify = [recovered];
    await run.signal('resolved', run.alert);
    const report = await run.report();
    expect(report).toMatchObject({ outcome: 'recovered', steps: [{ effect: 'reverted' }] });
    expect(undone()).toEqual(taken());
  });

  it('stays, and is not taken twice, when a person says retry before the workload is healthy', async () => {
    climbs(cordon('WhenHealthy'));
    runbook.cluster.health = [unhealthy];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await run.say('retry');
    await run.later(({ timeline }) => timeline.some(({ what }) => what.includes('is in effect, and did not help')));
    expect(taken()).toHaveLength(1);
    await run.say('takeOver');
    const { timeline, steps } = await run.report();
    expect(effects(steps)).toEqual(['kept']);
    expect(timeline.map(({ what }) => what)).toContain('cordonNode is left as it is: the workload is not healthy');
  });

  it('stays when the next step is rejected or the question expires, and goes when the step that follows heals', async () => {
    climbs(cordon('WhenHealthy'), { rolloutRestart: {}, approval: 'Required' });
    runbook.cluster.health = [unhealthy, { kind: 'healthy', detail: 'the node is Ready' }];
    const run = await runbook.start();
    const first = await run.later(({ question }) => question !== undefined);
    await run.say('reject', { digest: first.question?.digest });
    await run.until(isIn('Escalated'));
    expect(undone()).toEqual([]);
    await run.say('retry');
    await run.later(({ question }) => question !== undefined);
    const expired = await run.later(({ phase, question }) => phase === 'Escalated' && question === undefined);
    expect(expired.timeline).toContainEqual(expect.objectContaining({ reason: 'approvalExpired' }));
    expect(undone()).toEqual([]);
    await run.say('retry');
    const third = await run.later(({ question }) => question !== undefined);
    await run.say('approve', { digest: third.question?.digest });
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
    expect(undone()).toHaveLength(1);
  });

  it('is taken back, last step first', async () => {
    climbs(cordon('Unhealthy'), cordon('Always'));
    runbook.cluster.health = [unhealthy];
    const run = await runbook.start();
    const { steps } = await run.later(isIn('Escalated'));
    expect(effects(steps)).toEqual(['reverted', 'reverted']);
    expect(undone()).toEqual(taken().reverse());
    await run.say('takeOver');
    await run.report();
  });

  it('is taken back when a person aborts the run in the middle of the act', async () => {
    climbs(cordon('Unhealthy'));
    let say = async () => {};
    runbook.cluster.duringRemediate = () => say();
    const run = await runbook.start();
    say = async () => void (await run.say('abort'));
    expect((await run.report()).outcome).toBe('aborted');
    expect(undone()).toHaveLength(1);
  });

  it('stops nothing when it cannot be taken back: that is told', async () => {
    climbs(cordon('Always'));
    runbook.cluster.undo = [new MendflowError('PERMISSION_DENIED', 'the node says no')];
    const report = await (await runbook.start()).report();
    expect(report).toMatchObject({ outcome: 'remediated', steps: [{ effect: 'kept' }] });
    expect(report.timeline.map(({ what }) => what)).toContain('cordonNode could not be taken back: the node says no');
  });

  it('is not said to be taken back where nothing of it was left', async () => {
    climbs(cordon('Always'));
    runbook.cluster.undo = [{ summary: 'the node is cordoned by somebody else', changed: false }];
    const report = await (await runbook.start()).report();
    expect(report.steps).toMatchObject([{ effect: 'kept' }]);
    expect(report.timeline.map(({ what }) => what)).toContain(
      'cordonNode left nothing to take back: the node is cordoned by somebody else',
    );
  });

  it.each(['FAULT_GONE', 'PERMISSION_DENIED'] as const)('has nothing to take back after %s', async (code) => {
    climbs(cordon('Always'));
    runbook.cluster.remediate = [new MendflowError(code, 'no')];
    runbook.cluster.verify.push(recovered);
    const run = await runbook.start();
    if (code === 'PERMISSION_DENIED') {
      await run.until(isIn('Escalated'));
      await run.say('abort');
    }
    await run.report();
    expect(undone()).toEqual([]);
  });
});
