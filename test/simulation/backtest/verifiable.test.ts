import { describe, expect, it } from '@jest/globals';
import { defaultLimits } from '../../../domain/guard/rules/rule.ts';
import type { RunRecord } from '../../../domain/run/record.ts';
import { shownOf } from '../../../domain/run/shown.ts';
import { backtest } from '../../../simulation/backtest/backtest.ts';
import { aPlan, aPolicy } from '../../support/builders.ts';
import { aCrashingPod } from '../../support/pods.ts';
import { aRecord, aRefusal } from '../../support/records.ts';

const leak = { promql: { query: 'memory{pod="{{pod}}"} > 300e6' } };
const crash = { podCondition: { reason: 'CrashLoopBackOff' } };

/** Under a policy with these checks. */
const would = async (record: RunRecord, ...verify: object[]) =>
  (await backtest([record], [aPolicy(verify.length === 0 ? {} : { verify })], defaultLimits)).rows[0]?.would;

const noTarget = { target: undefined, shown: undefined } as object;
/** Takes away what only a fault leaves behind. */
const nothingHeld = { evidence: undefined, failure: undefined, surroundings: undefined } as object;
const unheld = (spec: object, pod = aCrashingPod()) => ({
  ...nothingHeld,
  shown: shownOf(aPlan({ ...spec }).checks, { pod }),
});

describe('what the record tells', () => {
  it('a condition of the pod is judged on the pod as it was', async () => {
    expect(await would(aRecord(), { podCondition: { reason: 'CrashLoopBackOff', restartsAtLeast: 5 } })).toMatchObject({
      kind: 'acts',
    });
    expect(await would(aRecord(), { podCondition: { reason: 'CrashLoopBackOff', restartsAtLeast: 6 } })).toMatchObject({
      kind: 'refuses',
      reason: 'faultGone',
    });
  });

  it('a query that was confirmed holds again', async () => {
    const record = aRecord({ look: { shown: shownOf(aPlan({ verify: [crash, leak] }).checks, {}) } });
    expect(await would(record, leak)).toMatchObject({ kind: 'acts' });
  });

  it('checks that did not hold together do not hold beside further ones', async () => {
    const record = aRefusal('faultGone', { outcome: 'notActionable', look: unheld({ verify: [leak] }) });
    expect(await would(record, leak, crash)).toMatchObject({ kind: 'refuses', reason: 'faultGone' });
  });

  it('a target that could not be named is no better named today', async () => {
    const record = aRefusal('targetUnnamed', { look: { ...nothingHeld, ...noTarget } });
    expect(await would(record)).toMatchObject({ kind: 'refuses', reason: 'targetUnnamed' });
  });
});

describe('what the record does not tell', () => {
  it('a query that was not asked then is not verifiable, and says which', async () => {
    expect(await would(aRecord(), crash, leak)).toEqual({
      kind: 'unknown',
      policy: 'crash-loop',
      detail: expect.stringContaining('a check that was not recorded: promql memory'),
    });
  });

  it('a check on an object that was not looked at is not verifiable', async () => {
    expect(await would(aRecord(), { nodeCondition: { type: 'Ready', status: 'False' } })).toMatchObject({
      kind: 'unknown',
    });
  });

  it('a run that ended before its cluster context was read cannot be put before the guard', async () => {
    const record = aRefusal('faultGone', { outcome: 'notActionable', look: unheld({ verify: [crash, leak] }) });
    expect(await would(record, crash)).toMatchObject({
      kind: 'unknown',
      detail: expect.stringContaining('cluster context'),
    });
  });

  it('an alert that no policy drove was not looked at', async () => {
    const record = aRefusal('noPolicy', { look: { ...nothingHeld, ...noTarget } });
    expect(await would(record)).toMatchObject({ kind: 'unknown', detail: 'nobody looked at the target then' });
  });

  it('a run of an earlier release kept nothing', async () => {
    const { recorded: _, ...old } = aRecord();
    expect(await would(old)).toMatchObject({ kind: 'unknown', detail: expect.stringContaining('kept no look') });
  });

  it('what a step would have come to that was not taken then is said to be unknown', async () => {
    const other = aPolicy({ steps: [{ rolloutRestart: {} }] });
    expect((await backtest([aRecord()], [other], defaultLimits)).rows[0]?.would).toMatchObject({
      detail: 'what rolloutRestart would have come to was not recorded',
    });
  });
});
