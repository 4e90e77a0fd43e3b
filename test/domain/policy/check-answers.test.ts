import { describe, expect, it } from '@jest/globals';
import {
  checksInWords,
  faultName,
  judgeStatus,
  needsOf,
  needsPod,
  podEvidence,
} from '../../../domain/policy/check-answers.ts';
import { checkKinds } from '../../../domain/policy/checks/index.ts';
import type { Check } from '../../../domain/policy/policy.ts';
import { anOomKilledPod, aPod, aWorkload, nowMs } from '../../activities/support/builders.ts';

const oomKilled: Check = { podCondition: { reason: 'OOMKilled', restartsAtLeast: 2, within: 600_000 } };
const crashLoop: Check = { podCondition: { reason: 'CrashLoopBackOff', restartsAtLeast: 0 } };
const imagePull: Check = { podCondition: { reason: 'ImagePullBackOff', restartsAtLeast: 0 } };
const restarts: Check = { restarts: { atLeast: 3, within: 600_000 } };
const unavailable: Check = { unavailablePods: { atLeast: { count: 1 } } };
const pressure: Check = { nodeCondition: { type: 'MemoryPressure', status: 'True' } };
const podQuery: Check = { promql: { query: 'leak{pod="{{pod}}"}' } };
const workloadQuery: Check = { promql: { query: 'errors{workload="{{workload}}"}', for: 30_000 } };

describe('the checks of a policy', () => {
  it('hold only when every one of them does, each with its evidence', () => {
    const workload = aWorkload({ counts: { replicas: 3, updated: 3, ready: 2, available: 2 } });
    const sight = { pod: anOomKilledPod(), workload };
    expect(judgeStatus([oomKilled, crashLoop, unavailable, podQuery], sight, nowMs)).toEqual({
      kind: 'holds',
      evidence: [
        'OOMKilled: container app was OOMKilled, 3 restarts',
        'CrashLoopBackOff: container app is in CrashLoopBackOff (exit code 137), 3 restarts',
        'Deployment shop/checkout has 2 of 3 pods available',
      ],
    });
    expect(judgeStatus([oomKilled, imagePull], sight, nowMs)).toEqual({
      kind: 'fails',
      why: expect.stringContaining('pod checkout-1 is Running, not Ready'),
    });
  });

  it('name what fails before what cannot be proven', () => {
    const old = aPod({ containers: anOomKilledPod().containers });
    expect(judgeStatus([restarts], { pod: old }, nowMs)).toMatchObject({ kind: 'unproven' });
    expect(judgeStatus([restarts, imagePull], { pod: old }, nowMs)).toMatchObject({ kind: 'fails' });
  });

  it.each([
    [oomKilled, 'there is no pod to look at'],
    [unavailable, 'no workload owns the target'],
    [pressure, 'the pod is on no node that is there'],
  ])('%j is not proven without what it is about', (check, why) => {
    expect(judgeStatus([check], {}, nowMs)).toEqual({ kind: 'unproven', why });
  });

  it('give the evidence of a pod by itself', () => {
    expect(podEvidence(anOomKilledPod(), [oomKilled, unavailable, podQuery], nowMs)).toEqual([
      'OOMKilled: container app was OOMKilled, 3 restarts',
    ]);
    expect(podEvidence(anOomKilledPod(), [imagePull], nowMs)).toBe(undefined);
    expect(podEvidence(aPod(), [podQuery], nowMs)).toEqual([]);
  });

  it.each([
    [[oomKilled], ['pod']],
    [[restarts], ['pod']],
    [[podQuery], ['pod']],
    [[workloadQuery], []],
    [[unavailable], ['workload']],
    [[pressure], ['pod', 'node']],
    [[workloadQuery, crashLoop], ['pod']],
  ])('%j need %j', (checks, expected) => {
    expect([...needsOf(checks)]).toEqual(expected);
    expect(needsPod(checks)).toBe(expected.includes('pod'));
  });

  it('are said in words, and name the fault', () => {
    expect(checksInWords([oomKilled, restarts, podQuery])).toBe(
      'OOMKilled with at least 2 restarts within 10m and at least 3 restarts within 10m and promql leak{pod="{{pod}}"}',
    );
    expect(checksInWords([unavailable, pressure, workloadQuery])).toBe(
      'at least 1 of the workload’s pods are not available and its node’s MemoryPressure is True and promql errors{workload="{{workload}}"} for 30s',
    );
    expect(faultName([podQuery, crashLoop], 'Leak')).toBe('CrashLoopBackOff');
    expect(faultName([podQuery, pressure], 'Leak')).toBe('Leak');
  });
});

describe('every kind of check', () => {
  it.each(checkKinds.map((kind) => [kind.name, kind] as const))('%s brings its own manual', (name, kind) => {
    expect(name).toMatch(/^[a-z][A-Za-z]+$/);
    expect(kind.summary).toMatch(/^[A-Z].*\.$/s);
    for (const field of Object.values(kind.params.shape)) expect(field.description).toMatch(/\S/);
  });
});
