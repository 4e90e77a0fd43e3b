import { describe, expect, it } from '@jest/globals';
import { type Promotion, promotionOf } from '../../../domain/analysis/promotion.ts';
import { promotionInWords } from '../../../domain/analysis/promotion-words.ts';
import type { RunRecord } from '../../../domain/run/record.ts';
import { aTarget } from '../../support/builders.ts';
import { aRecord, aRefusal, aStep } from '../../support/records.ts';

const span = { policy: 'crash-loop', since: '2026-02-15T10:00:00Z', until: '2026-03-01T10:00:00Z', isCapped: false };
const report = (records: RunRecord[], rest: Partial<Promotion> = {}) => promotionOf(records, { ...span, ...rest });
const words = (records: RunRecord[], rest?: Partial<Promotion>) => promotionInWords(report(records, rest)).join('\n');

type WouldHave = NonNullable<RunRecord['wouldHave']>;

function observed(count: number, wouldHave: WouldHave = { action: 'evictPod', verdict: 'grant' }, workload?: string) {
  const target = aTarget(workload === undefined ? {} : { workload });
  return Array.from({ length: count }, () =>
    aRefusal('observeOnly', { outcome: 'notActionable', wouldHave, target, look: { mode: 'Observe' } }),
  );
}

const denied: WouldHave = { action: 'evictPod', verdict: 'deny', reason: 'tooManyUnhealthy' };
const held: WouldHave = { action: 'evictPod', verdict: 'hold', reason: 'coolingDown' };

describe('a report for a promotion', () => {
  it('counts escalations that are open, and says that they are no figure yet', () => {
    const open = [{ reason: 'ladderExhausted' }, { reason: 'ladderExhausted' }, {}];
    const promotion = promotionOf([], span, open);
    expect(promotion.escalated).toEqual([
      { name: 'ladderExhausted', count: 2 },
      { name: 'unknown', count: 1 },
    ]);
    expect(promotionInWords(promotion)).toEqual([
      'In 14d crash-loop drove no run that has ended.',
      '3 runs are escalated and wait for a person: ladderExhausted (2), unknown (1). They count once they have ended.',
    ]);
  });

  it('counts what an observing policy would have done, by workload, verdict and reason', () => {
    const records = [...observed(6), ...observed(3, undefined, 'cart'), ...observed(2, denied), ...observed(1, held)];
    expect(report(records)).toMatchObject({
      runs: 12,
      mode: 'Observe',
      wouldHave: {
        ...{ acted: 9, held: 1, denied: 2, actions: [{ name: 'evictPod', count: 9 }] },
        workloads: [
          { name: 'shop/Deployment/checkout', count: 6 },
          { name: 'shop/Deployment/cart', count: 3 },
        ],
        refusals: [
          { verdict: 'hold', reason: 'coolingDown', count: 1 },
          { verdict: 'deny', reason: 'tooManyUnhealthy', count: 2 },
        ],
      },
      acted: { runs: 0 },
      idle: [],
    });
  });

  it('counts the acts of a policy that acts, and how many of them healed', () => {
    const failed = aRecord({
      outcome: 'escalated',
      steps: [aStep('evictPod', 'unhealthy'), aStep('rolloutRestart', 'unhealthy')],
    });
    expect(report([aRecord(), aRecord(), failed]).acted).toEqual({
      runs: 3,
      healed: 2,
      actions: [
        { name: 'evictPod', count: 3 },
        { name: 'rolloutRestart', count: 1 },
      ],
      workloads: [{ name: 'shop/Deployment/checkout', count: 3 }],
    });
  });

  it('counts the runs that ended without a step by their reason', () => {
    expect(report([aRefusal('faultGone'), aRefusal('faultGone'), aRefusal('paused')]).idle).toEqual([
      { name: 'faultGone', count: 2 },
      { name: 'paused', count: 1 },
    ]);
  });

  it('does not take a step that could not be carried out for an act', () => {
    expect(report([aRecord({ outcome: 'escalated', steps: [aStep('evictPod', 'failed')] })]).acted.runs).toBe(0);
  });
});

describe('the report in words', () => {
  it('says how often it would have acted, where, and why it would have been refused or held', () => {
    const text = words([...observed(9), ...observed(2, denied), ...observed(1, held)]);
    expect(text).toContain('In 14d crash-loop (Observe in its latest run) would have acted 9 times');
    expect(text).toContain('on shop/Deployment/checkout (9), by evictPod (9)');
    expect(text).toContain('been refused twice, because of tooManyUnhealthy (2)');
    expect(text).toContain('been held once, because of coolingDown (1)');
  });

  it('says what each further mode would have meant', () => {
    const text = words(observed(7));
    expect(text).toContain('In Approve it would have asked a person in at most 7 runs, about once in 2d.');
    expect(text).toContain('In Auto it would have acted in at most 7 runs without asking.');
    expect(text).toContain('play these runs with it: mendflow backtest <path> --since 2026-02-15T10:00:00Z');
    expect(text).toContain(
      'Real acts may be fewer: an act starts a cooldown, and a run that only observes starts none.',
    );
  });

  it('counts a run that was held among those that a further mode would have acted in, because it waits there', () => {
    expect(words([...observed(6), ...observed(1, held)])).toContain('In Auto it would have acted in at most 7 runs');
  });

  it.each([
    ['nothing to judge by', [], 'There is nothing to judge it by'],
    ['few runs', observed(2), 'So few runs say little: wait for 5 at least.'],
    [
      'a guard that objects often',
      [...observed(3), ...observed(3, denied)],
      'look at those reasons before you promote',
    ],
    [
      'acts that did not heal',
      [aRecord(), aRecord({ outcome: 'escalated', steps: [aStep('evictPod', 'unhealthy')] })],
      'do not promote it before it is known why',
    ],
    ['approvals', [aRecord({ look: { mode: 'Approve' } })], 'In Auto nobody would have been asked.'],
  ])('warns of %s', (_, records, expected) => {
    expect(words(records)).toContain(expected);
  });

  it('says the share that ended healthy', () => {
    const text = words([
      aRecord(),
      aRecord(),
      aRecord({ outcome: 'escalated', steps: [aStep('evictPod', 'unhealthy')] }),
    ]);
    expect(text).toContain('2 of 3 (67 %) ended healthy by it');
  });

  it('names five workloads at most', () => {
    const records = Array.from({ length: 7 }, (_, index) => observed(1, undefined, `w${index}`)).flat();
    expect(words(records)).toContain('and 2 more');
  });

  it('says when older runs were not read', () => {
    expect(words(observed(5), { isCapped: true })).toContain('Only its latest 5 runs were read.');
  });
});
