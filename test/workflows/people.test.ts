import { describe, expect, it } from '@jest/globals';
import { MendflowError } from '../../domain/run/errors.ts';
import { anActionable, aTarget } from '../support/builders.ts';
import type { Runbook } from '../support/runbook.ts';
import { isIn, oncall } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

describe('people', () => {
  const approve = { spec: { mode: 'Approve', ...oncall } };

  it('approve a step: it is verified and permitted once more, then taken', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    const { question } = await run.until(({ question }) => question !== undefined);
    expect(await run.say('approve', { digest: question?.digest })).toBe('approve is taken');
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
    expect(runbook.cluster.count('verify')).toBe(2);
    expect(runbook.receivers.messages).toEqual(['chat:approvalNeeded', 'chat:closed']);
  });

  it('are told news in the message by which they first heard of the run, where the receiver names it', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    runbook.receivers.verdict = { delivered: true, detail: 'delivered to chat', reference: 'C01/17.01' };
    const run = await runbook.start();
    const { question } = await run.until(({ question }) => question !== undefined);
    await run.say('approve', { digest: question?.digest });
    await run.report();
    expect(runbook.receivers.told.map(({ reference }) => reference)).toEqual([undefined, 'C01/17.01']);
  });

  it('cannot approve anything but the open question', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    await run.until(({ question }) => question !== undefined);
    await expect(run.say('approve', { digest: 'of another question' })).rejects.toMatchObject({
      cause: { type: 'TOO_LATE' },
    });
    await run.signal('approve', { id: 'raw', who: 'mallory', at: '', digest: 'guessed' });
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('abort');
    await run.report();
  });

  it('cannot approve past the api: without its signature the step is not taken', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    const { question } = await run.until(({ question }) => question !== undefined);
    const digest = question?.digest;
    await expect(run.say('approve', { digest, signature: 'made up' })).rejects.toMatchObject({
      cause: { type: 'UNAUTHENTICATED' },
    });
    await run.signal('approve', { id: 'raw', who: 'mallory', at: new Date().toISOString(), digest });
    await run.until(({ timeline }) => timeline.some(({ what }) => what.includes('mallory had no effect')));
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('approve', { digest });
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
  });

  it('stop a run by setting its policy back to Observe', async () => {
    runbook.cluster.verify = [anActionable(approve), anActionable({ spec: { mode: 'Observe' } })];
    const run = await runbook.start();
    const { question } = await run.until(({ question }) => question !== undefined);
    await run.say('approve', { digest: question?.digest });
    expect(await run.report()).toMatchObject({ outcome: 'notActionable', reason: 'observeOnly', steps: [] });
    expect(await runbook.guardState()).toMatchObject({ leases: [], acts: [] });
  });

  it('say no by silence: an approval expires', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    const status = await run.later(isIn('Escalated'));
    expect(status.timeline).toContainEqual(expect.objectContaining({ reason: 'approvalExpired' }));
    expect(runbook.cluster.acts).toEqual([]);
    expect(await runbook.guardState()).toMatchObject({ leases: [], acts: [] });
    await run.say('takeOver');
    await run.report();
  });

  it('reject a step: a person is asked what else to do', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    const { question } = await run.until(({ question }) => question !== undefined);
    await run.say('reject', { digest: question?.digest, note: 'not during the sale' });
    const status = await run.until(isIn('Escalated'));
    expect(status.timeline).toContainEqual(expect.objectContaining({ reason: 'approvalRejected' }));
    await run.say('abort');
    await run.report();
  });

  it('do not see another object remedied than the one they approved', async () => {
    runbook.cluster.verify = [
      anActionable(approve),
      anActionable({ ...approve, target: aTarget({ pod: 'checkout-2' }) }),
    ];
    const run = await runbook.start();
    const { question } = await run.until(({ question }) => question !== undefined);
    await run.say('approve', { digest: question?.digest });
    await run.until(isIn('Escalated'));
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('abort');
    await run.report();
  });

  it('abort a run wherever it is; the permit goes back', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    await run.until(isIn('AwaitingApproval'));
    await run.say('abort', { note: 'fixed by hand' });
    expect(await run.report()).toMatchObject({
      outcome: 'aborted',
      reason: 'aborted',
      summary: expect.stringContaining('fixed by hand'),
    });
    expect(await runbook.guardState()).toMatchObject({ leases: [], acts: [] });
  });

  it('are told at once when they come too late, and a repeat of their message changes nothing', async () => {
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.remediate = [new MendflowError('PERMISSION_DENIED', 'no')];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await run.say('acknowledge', { id: 'one', who: 'ada' });
    expect(await run.say('acknowledge', { id: 'one', who: 'ada' })).toBe('acknowledge was taken already');
    await expect(run.say('acknowledge', { id: 'two', who: 'bob' })).rejects.toMatchObject({
      cause: { message: 'ada acknowledged already' },
    });
    await run.say('abort');
    await run.report();
  });

  it('can cancel the workflow in Temporal: the run ends aborted, in order', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    await run.until(isIn('AwaitingApproval'));
    await run.cancel();
    expect(await run.report()).toMatchObject({
      outcome: 'aborted',
      summary: expect.stringContaining('a cancel request to Temporal'),
    });
  });
});
