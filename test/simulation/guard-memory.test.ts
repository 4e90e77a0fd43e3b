import { describe, expect, it } from '@jest/globals';
import type { GuardState } from '../../domain/guard/state.ts';
import { guardTaskQueue, workflowTypes } from '../../domain/run/contract.ts';
import { anAlert, aShop, minutes, type Shop } from './support/a-world.ts';

const restart = ({ world }: Shop) => {
  world.server.terminate(world.guardId);
  world.server.start(workflowTypes.guard, { workflowId: world.guardId, taskQueue: guardTaskQueue, args: [{}] });
};
const reports = ({ world }: Shop) => world.runs().map(({ report }) => [report?.outcome, report?.reason]);

describe('a guard that was terminated in the simulation', () => {
  it('keeps its pauses, and its acts with their cooldowns and budgets', async () => {
    const shop = aShop();
    const { world, ill } = shop;
    world.deliver(anAlert(ill));
    await world.advance(minutes(10));
    world.pause({ id: 'p', who: 'ada', why: 'migration' });
    await world.advance(minutes(1));
    const { acts, changes, pauses } = world.guard();
    restart(shop);
    await world.advance(minutes(1));
    expect(acts).toHaveLength(1);
    expect(world.guard()).toMatchObject({ acts, changes, pauses } satisfies Partial<GuardState>);
  });
});

describe('what a pause refused in the simulation', () => {
  it('is looked at again when the pause is lifted, while it still fails', async () => {
    const shop = aShop();
    const { world, ill } = shop;
    world.pause({ id: 'p', who: 'ada', why: 'migration' });
    await world.advance(minutes(1));
    world.deliver(anAlert(ill));
    await world.advance(minutes(30));
    expect(reports(shop)).toEqual([['denied', 'paused']]);
    world.resume('p');
    await world.advance(minutes(10));
    expect(reports(shop)).toEqual([
      ['denied', 'paused'],
      ['remediated', undefined],
    ]);
    // A second one looks for runs that the end of the pause found still closing.
    const sweeps = world.server.executions.filter(({ type }) => type === workflowTypes.sweep);
    expect(sweeps.map(({ status }) => status)).toEqual(['completed', 'completed']);
  });
});
