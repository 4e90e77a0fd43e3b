import { describe, expect, it } from '@jest/globals';
import { aSoundPolicy, codesIn, findingsIn } from './support.ts';

const oom = [{ podCondition: { reason: 'OOMKilled' } }];
const evict = { evictPod: {}, within: '5m' };
const restart = { rolloutRestart: {}, within: '10m' };

describe('a cooldown', () => {
  it('below the kubelet’s back-off is an error where pods that crash are replaced', () => {
    expect(codesIn({ guards: { cooldown: '4m59s' } })).toEqual(['cooldownBelowBackoff spec.guards.cooldown']);
    expect(codesIn({ guards: { cooldown: '299s' }, steps: [restart] })).toEqual([
      'cooldownBelowBackoff spec.guards.cooldown',
    ]);
  });

  it('is left alone from 5m on, and for other faults', () => {
    expect(codesIn({ guards: { cooldown: '5m' } })).toEqual([]);
    expect(codesIn({ guards: { cooldown: '1m' }, verify: oom })).toEqual([]);
  });

  it('that outlasts the patience of the next step is found', () => {
    // After the first step’s 5m, 40m of the cooldown are left.
    expect(codesIn({ guards: { cooldown: '45m', holdAtMost: '39m' } })).toEqual(['heldTooLong spec.guards.holdAtMost']);
    expect(codesIn({ guards: { cooldown: '45m', holdAtMost: '40m' } })).toEqual([]);
    expect(codesIn({ guards: { cooldown: '45m', holdAtMost: '1m' }, steps: [evict] })).toEqual([]);
  });

  it('doubles with each act: the third step waits longer', () => {
    const guards = { cooldown: '30m', holdAtMost: '45m', sameFailure: 3 };
    expect(codesIn({ guards, steps: [evict, restart, evict] })).toContain('heldTooLong spec.guards.holdAtMost');
    const [finding] = findingsIn([aSoundPolicy({ guards, steps: [evict, restart, { ...restart }] })]);
    expect(finding).toMatchObject({
      code: 'heldTooLong',
      message: expect.stringContaining('has to wait 50m'),
      fix: expect.stringContaining('50m or more'),
    });
  });
});

describe('attempts', () => {
  it.each([
    ['fewer for an episode than steps', { perEpisode: 1 }, ['attemptsBelowSteps spec.guards.attempts.perEpisode']],
    ['fewer for the period than steps', { max: 1, perEpisode: 2 }, ['attemptsBelowSteps spec.guards.attempts.max']],
    ['as many as steps', { perEpisode: 2, max: 2 }, []],
  ])('%s', (_, attempts, found) => {
    expect(codesIn({ guards: { attempts } })).toEqual(found);
  });

  it('end before the last step where the same failure is given up earlier', () => {
    const steps = [evict, restart, { ...restart, within: '20m' }];
    expect(codesIn({ steps, verify: oom })).toEqual(['sameFailureFirst spec.guards.sameFailure']);
    expect(codesIn({ steps, verify: oom, guards: { sameFailure: 3 } })).toEqual([]);
  });
});

describe('windows and freezes', () => {
  const daily = (hour: number, duration: string) => ({ schedule: `0 ${hour} * * *`, duration });

  it.each([
    ['a freeze around the clock', { freezes: [daily(0, '24h')] }, 1],
    ['freezes that meet', { freezes: [daily(0, '12h'), daily(12, '12h')] }, 1],
    ['a freeze over every window', { windows: [daily(9, '8h')], freezes: [daily(8, '10h')] }, 1],
    ['a freeze that leaves a minute', { freezes: [daily(0, '23h59m')] }, 0],
    ['a freeze that ends within the window', { windows: [daily(9, '8h')], freezes: [daily(8, '8h')] }, 0],
    ['a freeze at weekends', { freezes: [{ schedule: '0 0 * * 6', duration: '2d' }] }, 0],
    ['windows alone', { windows: [daily(9, '8h')] }, 0],
    ['a schedule that is too fine to be followed', { freezes: [{ schedule: '*/5 * * * *', duration: '5m' }] }, 0],
  ])('%s', (_, guards, count) => {
    expect(codesIn({ guards })).toEqual(Array(count).fill('neverOpen spec.guards.freezes'));
  });
});

describe('a budget', () => {
  it('of nothing permits nothing', () => {
    const budgets = [
      { scope: 'node', max: '10%' },
      { scope: 'zone', max: '0%' },
    ];
    expect(codesIn({ guards: { budgets } })).toEqual(['budgetOfNothing spec.guards.budgets.1.max']);
  });
});
