import { describe, expect, it } from '@jest/globals';
import { requestOf, strictestModes } from '../../../domain/analysis/explain.ts';
import { judgeAll } from '../../../domain/guard/decide.ts';
import { rules } from '../../../domain/guard/rules/index.ts';
import { aGuardInput, aGuardState, anAct, aPermitRequest, aTarget, now } from '../../support/builders.ts';
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
