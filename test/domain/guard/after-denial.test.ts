import { describe, expect, it } from '@jest/globals';
import { guardActivities } from '../../../activities/guard/activities.ts';
import { afterDenial } from '../../../domain/guard/after-denial.ts';
import type { Verdict } from '../../../domain/guard/permit.ts';
import { type Reason, reasons } from '../../../domain/run/reasons.ts';
import { aPermitRequest } from '../../support/builders.ts';
import { testKeys } from '../../support/permitted.ts';

describe('after a denial a run', () => {
  it.each(['tooFewReady', 'actionIneffective', 'tooManyUnhealthy', 'triedBefore'] as const)(
    'tries the next step where %s bars this one alone',
    (reason) => {
      expect(afterDenial(reason)).toBe('nextStep');
    },
  );

  it.each(['paused', 'systemNamespace', 'namespaceNotAllowed', 'optedOut', 'notOwned', 'mirrorPod'] as const)(
    'ends quietly for %s',
    (reason) => {
      expect(afterDenial(reason)).toBe('endQuietly');
    },
  );

  it('asks a person for every other reason', () => {
    const asking = (Object.keys(reasons) as Reason[]).filter((reason) => afterDenial(reason) === 'askPerson');
    expect(asking).toHaveLength(Object.keys(reasons).length - 10);
  });
});

describe('the guard’s answer, as a run hears it', () => {
  const unused = () => Promise.reject(new Error('unused'));
  const heard = (verdict: Verdict) =>
    guardActivities({
      guard: { ask: async () => verdict, release: unused, glance: unused },
      connection: { incident: unused, recall: unused },
      keys: testKeys,
      now: Date.now,
    }).askGuard({ cluster: 'default', request: aPermitRequest() });

  it('says of a denial what comes next, so that no workflow holds that rule', async () => {
    const denied = { kind: 'deny', reason: 'paused', detail: 'paused by ada' } as const;
    expect(await heard(denied)).toEqual({ ...denied, next: 'endQuietly' });
  });

  it('is passed on as it is otherwise', async () => {
    const held = { kind: 'hold', reason: 'coolingDown', retryAfterMs: 1, detail: '' } as const;
    expect(await heard(held)).toEqual(held);
  });
});
