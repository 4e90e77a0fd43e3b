import { describe, expect, it } from '@jest/globals';
import { faultOfConversation, ownerAfter } from '../../../../domain/guard/conversations.ts';
import { conversation } from '../../../../domain/guard/rules/conversation.ts';
import { applyEffects, type Conversation } from '../../../../domain/guard/state.ts';
import { aGuardInput, aGuardState, now } from '../../../support/builders.ts';

const workload = 'shop/Deployment/checkout';
const other = 'remediation/default/PodNotReady/other';
const open = (given: Partial<Conversation> = {}): Conversation => ({
  ...{ workload, speaker: other, policy: 'readiness', tried: [], sinceMs: now },
  ...given,
});
const judged = (...conversations: Conversation[]) =>
  conversation.judge(aGuardInput({ state: aGuardState({ conversations }) }))?.reason;
const request = aGuardInput().request;

describe('a workload about which a person is asked', () => {
  it('has steps of other policies, as long as they were not tried', () => {
    expect(judged()).toBeUndefined();
    expect(judged(open())).toBeUndefined();
    expect(judged(open({ tried: [request.step.action] }))).toBe('triedBefore');
  });

  it('has no step at which its run stopped, and none of its policy', () => {
    expect(judged(open({ stoppedAt: request.step.action }))).toBe('withPerson');
    expect(judged(open({ policy: request.policy }))).toBe('withPerson');
  });

  it('is no matter of other workloads, nor of the run that asks', () => {
    expect(judged(open({ policy: request.policy, workload: 'shop/Deployment/cart' }))).toBeUndefined();
    expect(judged(open({ policy: request.policy, speaker: request.workflowId }))).toBeUndefined();
  });
});

describe('the run that asks a person about a workload', () => {
  const report = { key: 'conversation' as const, workflowId: 'remediation/a', workload, tried: [] };

  it('is the first one, until it says that it is over or another finds it ended', () => {
    expect(ownerAfter([], report)).toBe('remediation/a');
    expect(ownerAfter([open()], report)).toBe(other);
    expect(ownerAfter([open()], { ...report, instead: other })).toBe('remediation/a');
    expect(ownerAfter([open()], { ...report, instead: 'remediation/b' })).toBe(other);
  });

  it('is remembered with what it tried, and forgotten when it is over; another cannot end it', () => {
    const after = (...reports: (typeof report & { isOver?: true })[]) =>
      applyEffects(
        aGuardState({ conversations: [open()] }),
        reports.map((one) => ({ type: 'conversation', report: one, atMs: now + 5 })),
      ).conversations;
    expect(after({ ...report, isOver: true })).toEqual([open()]);
    expect(after({ ...report, workflowId: other, isOver: true })).toEqual([]);
    expect(after({ ...report, workflowId: other, tried: ['evictPod'] as never[] })).toMatchObject([
      { tried: ['evictPod'], sinceMs: now },
    ]);
  });

  it('stays the same when the workload is reset; its steps may be tried again then', () => {
    const reset = { workload, who: 'ada', why: 'mended', atMs: now };
    const [checkout, cart] = [
      open({ tried: ['evictPod'], stoppedAt: 'rollback' }),
      open({ workload: 'shop/Deployment/cart' }),
    ];
    const { conversations } = applyEffects(aGuardState({ conversations: [checkout, cart] }), [
      { type: 'workloadReset', reset },
    ]);
    expect(conversations).toEqual([{ workload, speaker: other, tried: [], sinceMs: now }, cart]);
  });

  it('reports in texts of bounded length', () => {
    expect(faultOfConversation(report)).toBeUndefined();
    expect(faultOfConversation({ ...report, workload: 'x'.repeat(500) })).toMatch(/workload is longer/);
    expect(faultOfConversation({ ...report, tried: 'evictPod' })).toMatch(/tried is no list/);
  });
});
