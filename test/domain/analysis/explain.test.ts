import { describe, expect, it } from '@jest/globals';
import { requestOf, strictestModes } from '../../../domain/analysis/explain.ts';
import { wouldDo } from '../../../domain/analysis/would.ts';
import { judgeAll, type RuleResult } from '../../../domain/guard/decide.ts';
import { rules } from '../../../domain/guard/rules/index.ts';
import type { RefusedStep } from '../../../domain/run/refusals.ts';
import { aGuardInput, aGuardState, anAct, aPermitRequest, aTarget, now, surroundings } from '../../support/builders.ts';
import { aLiveLook } from '../../support/looks.ts';

const ids = { workflowId: 'explain/default/1', runId: 'run-1' };
const context = { nowMs: now, limits: aGuardInput().limits, guardId: 'guard/default' };

describe('every guard’s word', () => {
  it('is given in the guards’ order, also behind the first rejection', () => {
    const pauses = [{ id: 'p', who: 'ada', why: 'migration', sinceMs: now }];
    const state = aGuardState({ pauses, acts: [anAct()] });
    const opinions = judgeAll(state, aPermitRequest(), context);
    expect(opinions.map(({ guard }) => guard)).toEqual(rules.map(({ name }) => name));
    const objecting = opinions.flatMap(({ guard, rejection }) => (rejection === undefined ? [] : [guard]));
    expect(objecting).toEqual(['paused', 'cooldown']);
  });

  it('counts the alert itself, as the guard would', () => {
    const alerting = Array.from({ length: 20 }, (_, index) => {
      return { workload: `shop/Deployment/w${index}`, namespace: 'shop', atMs: now, traits: [], known: 100 };
    });
    const opinions = judgeAll(aGuardState({ alerting }), aPermitRequest(), context);
    expect(opinions.find(({ guard }) => guard === 'storm')?.rejection).toMatchObject({ reason: 'storm' });
  });
});

describe('what the guards are asked', () => {
  it('is the first step on the target that was found', () => {
    const look = aLiveLook();
    expect(requestOf(look, ids)).toMatchObject({
      ...ids,
      target: aTarget(),
      step: look.plan?.steps[0],
      isRehearsal: true,
    });
  });

  it.each([
    ['no policy drives', { plan: undefined }],
    ['the object was not found', { found: undefined }],
    ['the surroundings were not read', { surroundings: undefined }],
  ])('is nothing where %s', (_, missing) => {
    expect(requestOf({ ...aLiveLook(), ...missing } as never, ids)).toBeUndefined();
  });
});

describe('the strictest mode', () => {
  it('is named with everybody who set it', () => {
    expect(strictestModes({ policy: 'Auto', namespace: 'Observe', configuration: 'Observe' }, 'Observe')).toEqual([
      'namespace',
      'configuration',
    ]);
  });
});

const holding: RuleResult = {
  guard: 'cooldown',
  rejection: { kind: 'hold', reason: 'coolingDown', retryAfterMs: 240_000, detail: 'remediated 1m ago' },
};
const few: RuleResult = {
  guard: 'minReady',
  rejection: { kind: 'deny', reason: 'tooFewReady', detail: 'no other pod is ready' },
};
const useless: RuleResult = {
  guard: 'unhelpful',
  rejection: { kind: 'deny', reason: 'actionIneffective', detail: 'the image cannot be pulled' },
};

const quota: RefusedStep = { step: 0, code: 'NOT_REPLACEABLE', detail: 'evictPod: exceeded quota: q' };

describe('what would happen', () => {
  const would = (look: Parameters<typeof aLiveLook>[0] = {}, ...opinions: RuleResult[]) =>
    wouldDo(aLiveLook(look), { guards: opinions });

  it.each([
    ['acts when nobody objects', would(), 'It would evictPod on shop/checkout-1'],
    [
      'asks a person in Approve mode',
      would({ spec: { mode: 'Approve' } }),
      'It would ask a person for 15m at most, and with a yes evictPod on shop/checkout-1',
    ],
    [
      'asks two people where the policy wants them',
      would({ spec: { mode: 'Approve', approval: { twoPeople: true } } }),
      'It would ask two people',
    ],
    [
      'waits for the first guard that holds',
      would({}, holding, few),
      'It would wait: cooldown holds evictPod (coolingDown): remediated 1m ago; asked again in 4m, given up after 1h.',
    ],
    [
      'goes on to the next step where this one leaves too few pods',
      would({}, few),
      'It would not evictPod: minReady denies it (tooFewReady): no other pod is ready. It would go on with rolloutRestart.',
    ],
    [
      'goes on to the next step where this one never helps',
      would({}, useless),
      'evictPod: unhelpful denies it (actionIneffective): the image cannot be pulled. It would go on with rolloutRestart.',
    ],
    [
      'only writes down in Observe mode',
      would({ spec: { mode: 'Observe' } }),
      'It would only write down that it would take evictPod, then rolloutRestart (mode Observe); the guard would grant it.',
    ],
    [
      'asks the API server in DryRun mode',
      would({ spec: { mode: 'DryRun' } }, holding),
      'and ask the API server for evictPod with dryRun=All (mode DryRun); the guard would hold it (coolingDown)',
    ],
    [
      'goes on to the next step where the pod could not come back',
      would({ refused: quota }),
      'It would not evictPod (notReplaceable): evictPod: exceeded quota: q. It would go on with rolloutRestart.',
    ],
    [
      'asks the guard before that',
      would({ refused: quota }, holding),
      'It would wait: cooldown holds evictPod (coolingDown)',
    ],
    [
      'stops where a right is missing',
      would({ refused: { ...quota, code: 'PERMISSION_DENIED', detail: 'evictPod: pods is forbidden' } }),
      'It would not evictPod (permissionDenied): evictPod: pods is forbidden.',
    ],
    [
      'says in Observe mode that the pod could not come back',
      would({ spec: { mode: 'Observe' }, refused: quota }),
      'the guard would grant it; the step would be refused (notReplaceable): evictPod: exceeded quota: q.',
    ],
    [
      'does nothing without a fault',
      would({ judgement: { kind: 'recovered', reason: 'workloadHealthy', detail: 'all 3 pods are ready' } }),
      'Nothing would be done (workloadHealthy): all 3 pods are ready.',
    ],
  ])('%s', (_, sentence, expected) => {
    expect(sentence).toContain(expected);
  });

  it('asks a person for a step that is risky only where it is', () => {
    const spec = { steps: [{ evictPod: {}, approval: 'WhenRisky' }] };
    const alone = { chain: [], target: aTarget({ facts: { otherReadyPods: 0 } }) };
    expect(would({ spec })).toContain('It would evictPod');
    expect(would({ spec, found: alone, surroundings: surroundings() })).toContain('It would ask a person');
  });
});
