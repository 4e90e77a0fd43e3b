import { describe, expect, it } from '@jest/globals';
import { MendflowError } from '../../domain/run/errors.ts';
import { anActionable, minutes, surroundings } from '../support/builders.ts';
import { aLiveLook } from '../support/looks.ts';
import type { Runbook } from '../support/runbook.ts';
import { isIn } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

describe('an explanation', () => {
  it('names every guard’s word, in the guards’ order, and what a run would do', async () => {
    runbook.cluster.explain = [aLiveLook()];
    const { guards, would, policy } = await runbook.explain();
    expect(policy).toBe('crash-loop');
    expect(guards.map(({ guard }) => guard).slice(0, 4)).toEqual(['paused', 'storm', 'ownedTarget', 'concurrency']);
    expect(guards.filter(({ rejection }) => rejection !== undefined)).toEqual([]);
    expect(would).toBe(
      'It would evictPod on shop/checkout-1, and wait at most 5m until the workload is healthy; if that does not heal it: rolloutRestart.',
    );
  });

  it('leaves no trace in the guard', async () => {
    runbook.cluster.explain = [aLiveLook()];
    const before = await runbook.guardState();
    await runbook.explain();
    expect(await runbook.guardState()).toEqual(before);
    expect(runbook.cluster.acts).toEqual([]);
  });

  it('names all guards that object, not only the first', async () => {
    runbook.cluster.explain = [aLiveLook({ surroundings: surroundings({ nodes: { total: 4, notReady: 4 } }) })];
    await runbook.guard.signal('pause', { id: 'p', who: 'ada', why: 'migration', sinceMs: 0 });
    const { guards, would } = await runbook.explain();
    expect(guards.filter(({ rejection }) => rejection !== undefined)).toMatchObject([
      { guard: 'paused', rejection: { kind: 'deny', reason: 'paused', detail: 'paused by ada: migration' } },
      { guard: 'controlPlane', rejection: { kind: 'hold', reason: 'controlPlaneDegraded' } },
    ]);
    expect(would).toContain('paused denies it');
  });

  it('says that it would join the run which holds the workload', async () => {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'Approve' } })];
    runbook.cluster.explain = [aLiveLook()];
    const run = await runbook.start();
    await run.until(isIn('AwaitingApproval'));
    expect((await runbook.explain()).would).toBe(`It would join ${run.id}, which holds the workload.`);
    await run.say('abort');
    await run.report();
  });

  it('tells when a held step would be asked for again', async () => {
    runbook.cluster.explain = [aLiveLook()];
    await (await runbook.start()).report();
    const { guards, would } = await runbook.explain();
    const cooldown = guards.find(({ guard }) => guard === 'cooldown')?.rejection;
    expect(cooldown).toMatchObject({ kind: 'hold', reason: 'coolingDown' });
    expect(cooldown?.kind === 'hold' && cooldown.retryAfterMs <= minutes(5)).toBe(true);
    expect(would).toMatch(/^It would wait: cooldown holds evictPod/);
  });

  it('says why nothing would be done where nothing can be asked of the guard', async () => {
    const judgement = { kind: 'notActionable', reason: 'noPolicy', detail: 'there are no policies' } as const;
    const { policy: _1, plan: _2, found: _3, ...look } = aLiveLook({ judgement });
    runbook.cluster.explain = [look];
    expect(await runbook.explain()).toMatchObject({
      guards: [],
      would: 'Nothing would be done (noPolicy): there are no policies.',
    });
  });

  it('is given without the guards where the guard does not answer', async () => {
    await runbook.reset({ hasGuard: false });
    runbook.cluster.explain = [aLiveLook()];
    const { guards, guardsNote, would } = await runbook.explain();
    expect({ guards, guardsNote }).toEqual({ guards: [], guardsNote: expect.stringContaining('does not answer') });
    expect(would).toContain('Nothing would be done until the guard answers');
  });

  it('fails with the code of what could not be read', async () => {
    runbook.cluster.explain = [new MendflowError('CLUSTER_UNAVAILABLE', 'connection refused')];
    await expect(runbook.explain()).rejects.toMatchObject({
      cause: { cause: { type: 'CLUSTER_UNAVAILABLE', message: 'connection refused' } },
    });
    expect(runbook.cluster.count('explain')).toBe(1);
  });
});
