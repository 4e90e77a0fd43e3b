import { describe, expect, it } from '@jest/globals';
import { MendflowError } from '../../domain/run/errors.ts';
import { aListing } from '../support/api.ts';
import { surroundings } from '../support/builders.ts';
import { aLookNow } from '../support/looks.ts';
import type { Runbook } from '../support/runbook.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

describe('a list of policies', () => {
  it('is what the worker of the cluster says', async () => {
    runbook.cluster.policies = [aListing];
    expect(await runbook.policies()).toEqual(aListing);
  });

  it('is none where the worker of the cluster does not answer', async () => {
    runbook.cluster.policies = [new MendflowError('INTERNAL', 'it broke')];
    await expect(runbook.policies()).rejects.toMatchObject({ cause: { cause: { message: 'it broke' } } });
  });
});

describe('an explanation', () => {
  it('names every rule’s word, in the rules’ order, and what a played run would do', async () => {
    const { look, seen } = aLookNow();
    runbook.cluster.explain = [{ look, seen }];
    const { guards, would, policy } = await runbook.explain();
    expect(policy).toBe('crash-loop');
    expect(guards.map(({ guard }) => guard).slice(0, 4)).toEqual(['paused', 'storm', 'ownedTarget', 'concurrency']);
    expect(guards.filter(({ rejection }) => rejection !== undefined)).toEqual([]);
    expect(would).toBe('what the played run does');
    expect(runbook.played).toMatchObject([{ seen, alert: { alertname: 'PodCrashLooping' } }]);
  });

  it('is played on the state of the guard at which the rules were asked', async () => {
    runbook.cluster.explain = [aLookNow({ surroundings: surroundings({ nodes: { total: 4, notReady: 4 } }) })];
    await runbook.guard.signal('pause', { id: 'p', who: 'ada', why: 'migration', sinceMs: 0 });
    const { guards } = await runbook.explain();
    expect(guards.filter(({ rejection }) => rejection !== undefined)).toMatchObject([
      { guard: 'paused', rejection: { kind: 'deny', reason: 'paused', detail: 'paused by ada: migration' } },
      { guard: 'controlPlane', rejection: { kind: 'hold', reason: 'controlPlaneDegraded' } },
    ]);
    expect(runbook.played).toMatchObject([{ guardState: { pauses: [{ who: 'ada', why: 'migration' }] } }]);
  });

  it('leaves no trace in the guard', async () => {
    runbook.cluster.explain = [aLookNow()];
    const before = await runbook.guardState();
    await runbook.explain();
    expect(await runbook.guardState()).toEqual(before);
    expect(runbook.cluster.acts).toEqual([]);
  });

  it('hands on what the first step would be refused with', async () => {
    const refused = { step: 0, code: 'NOT_REPLACEABLE', detail: 'evictPod: exceeded quota: q' } as const;
    runbook.cluster.explain = [aLookNow({ refused })];
    await runbook.explain();
    expect(runbook.played).toMatchObject([{ refused }]);
  });

  it('asks the rules nothing where there is nothing to ask them about', async () => {
    const judgement = { kind: 'notActionable', reason: 'noPolicy', detail: 'there are no policies' } as const;
    const { policy: _1, plan: _2, found: _3, ...look } = aLookNow({ judgement }).look;
    runbook.cluster.explain = [{ look, seen: { ...judgement, verifiedAt: '2026-03-01T10:00:00Z' } }];
    expect(await runbook.explain()).toMatchObject({ guards: [], would: 'what the played run does' });
  });

  it('is given without the guards where the guard does not answer', async () => {
    await runbook.reset({ hasGuard: false });
    runbook.cluster.explain = [aLookNow()];
    const { guards, guardsNote, would } = await runbook.explain();
    expect({ guards, guardsNote }).toEqual({ guards: [], guardsNote: expect.stringContaining('does not answer') });
    expect(would).toMatch(/^The guard does not answer \(.+\)\. Nothing would be done until it does\.$/);
  });

  it('fails with the code of what could not be read', async () => {
    runbook.cluster.explain = [new MendflowError('CLUSTER_UNAVAILABLE', 'connection refused')];
    await expect(runbook.explain()).rejects.toMatchObject({
      cause: { cause: { type: 'CLUSTER_UNAVAILABLE', message: 'connection refused' } },
    });
    expect(runbook.cluster.count('explain')).toBe(1);
  });
});
