import { describe, expect, it } from '@jest/globals';
import { permitRequest } from '../../../domain/guard/permit.ts';
import { aPlan, aTarget, minutes, surroundings } from '../../support/builders.ts';

const asker = { requestId: 'r.1.0', workflowId: 'w', runId: 'r', alertname: 'PodCrashLooping', changesMs: [] };

/** The first step of the policy `crash-loop`, which must be healthy within five minutes. */
function request({ asksPerson = false, renews }: { asksPerson?: boolean; renews?: string } = {}) {
  const plan = aPlan();
  const [step] = plan.steps;
  if (step === undefined) throw new Error('the plan has no step');
  const inHand = { plan, step, target: aTarget(), surroundings: surroundings(), failure: 'exit 1', asksPerson };
  return permitRequest({ ...asker, ...(renews !== undefined && { renews }) }, inHand);
}

describe('a request for a permit', () => {
  it('names the run, the step, and what the policy allows', () => {
    const plan = aPlan();
    expect(request()).toEqual({
      ...asker,
      ...{ step: plan.steps[0], target: aTarget(), surroundings: surroundings(), failure: 'exit 1' },
      ...{ policy: 'crash-loop', allowedNamespaces: plan.allowedNamespaces, settings: plan.guards },
      leaseMs: minutes(6),
    });
  });

  it('asks for a lease that lasts while a person is asked', () => {
    expect(request({ asksPerson: true })).toMatchObject({ asksPerson: true, leaseMs: minutes(15 + 6) });
  });

  it('is for the act alone after their yes', () => {
    const renewal = request({ asksPerson: true, renews: 'r.1.0' });
    expect(renewal).toMatchObject({ renews: 'r.1.0', leaseMs: minutes(6) });
    expect(renewal).not.toHaveProperty('asksPerson');
  });
});
