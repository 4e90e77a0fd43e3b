import { describe, expect, it } from '@jest/globals';
import { anAlert, aPolicy, aShop, minutes, type Shop } from './support/a-world.ts';
import { forge } from './support/forge.ts';

const withApproval = () =>
  aShop({ policies: [aPolicy({ steps: [{ evictPod: {}, within: '5m', approval: 'Required' }] })] });
const runOf = ({ world }: Shop) => {
  const [run] = world.runs();
  if (run === undefined) throw new Error('no run');
  return run;
};

describe('a simulated world', () => {
  it('tells the same story each time', async () => {
    const stories = [aShop(), aShop()].map(async ({ world, ill }) => {
      world.deliver(anAlert(ill));
      await world.advance(minutes(30));
      return { runs: world.runs(), writes: world.cluster.writes, guard: world.guard() };
    });
    const [first, second] = await Promise.all(stories);
    expect(second).toEqual(first);
  });

  it('joins what is delivered twice, and starts anew after the end', async () => {
    const { world, ill } = aShop();
    world.deliver(anAlert(ill));
    world.deliver(anAlert(ill));
    await world.advance(minutes(10));
    expect(world.runs()).toHaveLength(1);
    world.deliver(anAlert(ill));
    await world.advance(minutes(10));
    expect(world.runs().map(({ report }) => [report?.outcome, report?.reason])).toEqual([
      ['remediated', undefined],
      ['notActionable', 'targetGone'],
    ]);
  });

  it('starts nothing for a resolved alert, and tells it to the run that is there', async () => {
    const shop = aShop();
    shop.world.deliver(anAlert(shop.ill, { status: 'resolved' }));
    await shop.world.advance(1);
    expect(shop.world.runs()).toEqual([]);
    shop.world.deliver(anAlert(shop.ill));
    await shop.world.advance(1);
    shop.world.deliver(anAlert(shop.ill, { status: 'resolved' }));
    await shop.world.advance(1);
    expect(runOf(shop).status.timeline.map(({ what }) => what)).toContainEqual(
      expect.stringContaining('Alertmanager says the alert is resolved'),
    );
  });

  it('acts after a person’s yes to exactly the question, not before and not after any other word', async () => {
    const shop = withApproval();
    const { world, ill } = shop;
    world.deliver(anAlert(ill));
    await world.advance(minutes(1));
    const { workflowId, status } = runOf(shop);
    const { digest = '' } = status.question ?? {};
    const refused = [world.say(workflowId, 'approve', { digest: 'other' }), forge(world, workflowId, { digest })];
    await world.advance(minutes(1));
    expect(await Promise.all(refused)).toEqual([
      expect.stringContaining('the answer is for another question'),
      expect.stringContaining('signature'),
    ]);
    expect(world.acts()).toEqual([]);
    const taken = world.say(workflowId, 'approve', { digest });
    await world.advance(minutes(5));
    expect(await taken).toBe('approve is taken');
    expect(world.acts()).toHaveLength(1);
    expect(runOf(shop).report?.outcome).toBe('remediated');
  });

  it('does nothing while the guard is paused, and goes on after it', async () => {
    const shop = aShop();
    const { world, ill } = shop;
    world.pause({ id: 'p', who: 'ada', why: 'maintenance' });
    await world.advance(1);
    world.deliver(anAlert(ill));
    await world.advance(minutes(5));
    expect(runOf(shop).report).toMatchObject({ outcome: 'denied', reason: 'paused' });
    world.resume('p');
    await world.advance(1);
    world.deliver(anAlert(ill));
    await world.advance(minutes(5));
    expect(world.acts()).toHaveLength(1);
  });

  it('climbs the ladder of escalation over the hours, until somebody acknowledges', async () => {
    const shop = aShop({ policies: [aPolicy({ steps: [{ evictPod: {}, within: '1m' }] })] });
    const { world, ill, checkout } = shop;
    world.cluster.store.faults.push({
      shape: 'CrashLoopBackOff',
      in: { workload: `shop/Deployment/${checkout.base.ref.name}` },
      fromMs: world.clock.nowMs + 1,
    });
    world.deliver(anAlert(ill));
    await world.advance(minutes(60));
    const [first] = world.told;
    const sinceFirst = (atMs: number) => Math.round((atMs - (first?.atMs ?? 0)) / minutes(1));
    expect(world.told.map(({ receiver, atMs }) => [receiver, sinceFirst(atMs)])).toEqual([
      ['oncall', 0],
      ['pager', 15],
    ]);
  });

  it.each(['hub', 'worker'] as const)('heals all the same when the %s dies at any second of it', async (who) => {
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, async (_, index) => {
        const shop = aShop({ faultInjection: { latencyMs: () => 400, losesResultOf: () => false } });
        const { world, ill } = shop;
        world.deliver(anAlert(ill));
        await world.advance(index * 250);
        if (who === 'hub') world.crashHub(3_000);
        else world.crashClusterWorker(3_000);
        await world.advance(minutes(15));
        return [runOf(shop).report?.outcome, world.acts().length, world.guard().acts.length];
      }),
    );
    expect(new Set(outcomes.map(String))).toEqual(new Set(['remediated,1,1']));
  });
});
