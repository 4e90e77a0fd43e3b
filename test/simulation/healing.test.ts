import { describe, expect, it } from '@jest/globals';
import { anAlert, aShop, minutes } from './support/a-world.ts';

describe('a pod that crashes at every start', () => {
  it('is verified, evicted through the guard, and its workload proven healthy', async () => {
    const { world, ill } = aShop();
    world.deliver(anAlert(ill));
    await world.advance(minutes(10));
    const [run, ...others] = world.runs();
    expect(others).toEqual([]);
    expect(run?.report).toMatchObject({ outcome: 'remediated', steps: [{ action: 'evictPod', result: 'kept' }] });
    expect(world.acts()).toMatchObject([
      { verb: 'evictPod', object: ill.base.ref, by: { workflowId: run?.workflowId } },
    ]);
    expect(world.guard().leases).toEqual([]);
    expect(world.guard().acts).toMatchObject([{ workload: 'shop/Deployment/checkout', result: 'healthy' }]);
  });
});
