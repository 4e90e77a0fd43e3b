import { describe, expect, it } from '@jest/globals';
import type { PlannedStep } from '../../../domain/policy/policy.ts';
import { approvalBy, approvalFault, forgery, questionDigest, signApproval } from '../../../domain/run/approval.ts';
import { anActionAlert, aTarget } from '../../activities/support/builders.ts';
import { minutes, now } from '../../support/builders.ts';

const keys = [{ id: 'k1', secret: 'a-key-that-api-and-worker-share-0123456789' }];
const run = 'remediation/default/X/f';
const message = { id: '1', who: 'ada', at: new Date(now).toISOString(), digest: 'd1' };
const signed = { ...message, signature: signApproval(keys, run, message) ?? '' };

describe('an approval', () => {
  it('is genuine with the api’s signature', () => {
    expect(forgery(keys, run, signed, now + minutes(1))).toBeUndefined();
  });

  it.each([
    ['by somebody else', { who: 'mallory' }],
    ['of another question', { digest: 'd2' }],
    ['at another time', { at: new Date(now + 1).toISOString() }],
    ['with another id', { id: '2' }],
    ['without a signature', { signature: undefined as unknown as string }],
    ['with a made-up one', { signature: `k1:${'f'.repeat(64)}` }],
  ])('is not, %s', (_, change) => {
    expect(forgery(keys, run, { ...signed, ...change }, now)).toMatch(/no signature|signature is wrong/);
  });

  it('is not for another run, under another key, or without a key', () => {
    expect(forgery(keys, 'remediation/default/X/g', signed, now)).toBe('its signature is wrong');
    expect(forgery([{ id: 'k1', secret: 'x'.repeat(32) }], run, signed, now)).toBe('its signature is wrong');
    expect(forgery([], run, signed, now)).toContain('MENDFLOW_APPROVAL_KEY');
  });

  it('is not once five minutes have passed, though one that was taken in time stays genuine', () => {
    expect(forgery(keys, run, signed, now + minutes(6))).toBe('its signature is too old');
    expect(approvalFault(keys, run, signed)).toBeUndefined();
  });
});

describe('the approval that signed answers amount to', () => {
  const step: PlannedStep = {
    ...{ action: 'rollback', params: { to: 1 }, withinMs: 1, approval: 'Required', risk: 'high', takesPodAway: false },
  };
  const act = { workflowId: run, runId: 'r1', policy: 'p', step, target: aTarget(), alert: anActionAlert };
  const terms = {
    ...{ askedAt: new Date(now).toISOString(), expiresAt: new Date(now + minutes(15)).toISOString() },
    approvalsNeeded: 1,
  };
  const answer = (who: string, asked = terms, about = act, at = now) => {
    const said = { id: who, who, at: new Date(at).toISOString(), digest: questionDigest(about, asked) };
    return { ...said, signature: signApproval(keys, run, said) ?? '' };
  };
  const two = { ...terms, approvalsNeeded: 2 };

  it('counts until the question expires', () => {
    expect(approvalBy(keys, act, { ...terms, answers: [answer('ada')] })).toEqual({
      ...{ question: questionDigest(act, terms), who: ['ada'], untilMs: now + minutes(15) },
    });
  });

  it('needs two different people where the policy wants two', () => {
    expect(approvalBy(keys, act, { ...two, answers: [answer('ada', two), answer('ada', two)] })).toBeUndefined();
    const both = [answer('ada', two), answer('bob', two)];
    expect(approvalBy(keys, act, { ...two, answers: both })?.who).toEqual(['ada', 'bob']);
  });

  const pod = { ...aTarget().workload, kind: 'Pod', uid: 'uid-b' };
  const others: [what: string, change: Partial<typeof act>][] = [
    ['another pod', { target: aTarget({ pod }) }],
    ['another run', { runId: 'r2' }],
    ['another policy', { policy: 'q' }],
    ['other parameters', { step: { ...step, params: { to: 2 } } }],
    ['another action', { step: { ...step, action: 'deletePod' } }],
    ['other labels', { alert: { ...anActionAlert, labels: { a: 'b' } } }],
  ];
  it.each(others)('is none for %s', (_, change) => {
    expect(approvalBy(keys, { ...act, ...change }, { ...terms, answers: [answer('ada')] })).toBeUndefined();
  });

  it('is none where the question is said to have expired later, or to have needed fewer people', () => {
    const later = { ...terms, expiresAt: new Date(now + minutes(60)).toISOString() };
    expect(approvalBy(keys, act, { ...later, answers: [answer('ada')] })).toBeUndefined();
    expect(approvalBy(keys, act, { ...terms, answers: [answer('ada', two)] })).toBeUndefined();
  });

  it('is none for an answer that came too late, that nobody signed, or for no answer at all', () => {
    const late = answer('ada', terms, act, now + minutes(16));
    expect(approvalBy(keys, act, { ...terms, answers: [late] })).toBeUndefined();
    expect(approvalBy(keys, act, { ...terms, answers: [{ ...answer('ada'), signature: 'k1:0' }] })).toBeUndefined();
    expect(approvalBy(keys, act, { ...terms, approvalsNeeded: 0, answers: [] })).toBeUndefined();
  });
});
