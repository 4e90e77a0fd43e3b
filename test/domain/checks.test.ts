import { describe, expect, it } from '@jest/globals';
import { checksInWords, faultName, needsPod, podEvidence, queriesOf } from '../../domain/checks.ts';
import type { Check } from '../../domain/policy.ts';
import { anOomKilledPod, aPod, nowMs } from '../activities/support/builders.ts';

const oomKilled: Check = { podCondition: { reason: 'OOMKilled', restartsAtLeast: 2, within: 600_000 } };
const crashLoop: Check = { podCondition: { reason: 'CrashLoopBackOff', restartsAtLeast: 0 } };
const imagePull: Check = { podCondition: { reason: 'ImagePullBackOff', restartsAtLeast: 0 } };
const podQuery: Check = { promql: { query: 'leak{pod="{{pod}}"}' } };
const workloadQuery: Check = { promql: { query: 'errors{workload="{{workload}}"}' } };

describe('the checks of a policy', () => {
  it('give their evidence only when the pod shows every condition', () => {
    expect(podEvidence(anOomKilledPod(), [oomKilled, crashLoop, podQuery], nowMs)).toEqual([
      'OOMKilled: container app was OOMKilled, 3 restarts',
      'CrashLoopBackOff: container app is in CrashLoopBackOff, 3 restarts',
    ]);
    expect(podEvidence(anOomKilledPod(), [oomKilled, imagePull], nowMs)).toBe(undefined);
  });

  it('ask nothing of the pod where there is no condition', () => {
    expect(podEvidence(aPod(), [podQuery], nowMs)).toEqual([]);
  });

  it.each([
    [[oomKilled], true],
    [[podQuery], true],
    [[workloadQuery], false],
    [[workloadQuery, crashLoop], true],
  ])('%j need a pod: %s', (checks, expected) => {
    expect(needsPod(checks)).toBe(expected);
  });

  it('are said in words, and name the fault', () => {
    expect(checksInWords([oomKilled, podQuery])).toBe(
      'OOMKilled with at least 2 restarts within 10m and promql leak{pod="{{pod}}"}',
    );
    expect(faultName([podQuery, crashLoop], 'Leak')).toBe('CrashLoopBackOff');
    expect(faultName([podQuery], 'Leak')).toBe('Leak');
    expect(queriesOf([oomKilled, podQuery])).toEqual(['leak{pod="{{pod}}"}']);
  });
});
