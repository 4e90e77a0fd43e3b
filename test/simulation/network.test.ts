import { describe, expect, it } from '@jest/globals';
import type { Fate } from '../../simulation/network.ts';
import { anAlert, aShop, minutes } from './support/a-world.ts';

/** Heals the shop while the first eviction fares as given. */
async function heal(fate: Fate) {
  let isFirst = true;
  const shop = aShop({
    network: (call) => {
      if (call !== 'evictPod' || !isFirst) return undefined;
      isFirst = false;
      return fate;
    },
  });
  shop.world.deliver(anAlert(shop.ill));
  await shop.world.advance(minutes(10));
  const [run] = shop.world.runs();
  return { ...shop, run, writes: shop.world.cluster.writes };
}

describe('an eviction whose', () => {
  it('call is refused is tried again', async () => {
    const { writes, run } = await heal({ delayMs: 0, end: 'refused' });
    expect(writes).toHaveLength(1);
    expect(run?.report).toMatchObject({ outcome: 'remediated' });
  });

  it('answer is lost is found done, and not done twice', async () => {
    const { writes, run } = await heal({ delayMs: 0, end: 'lost' });
    expect(writes).toHaveLength(1);
    expect(run?.status.timeline.map(({ what }) => what)).toContainEqual(
      expect.stringContaining('an earlier attempt of this step took it away'),
    );
    expect(run?.report).toMatchObject({ outcome: 'remediated' });
  });

  it.each(['diesBefore', 'diesAfter'] as const)('worker %s it is done, is done once by another worker', async (end) => {
    const { writes, run, world } = await heal({ delayMs: 300, end });
    expect(writes).toHaveLength(1);
    expect(run?.report).toMatchObject({ outcome: 'remediated' });
    expect(world.guard().acts).toHaveLength(1);
  });

  it('call is slow lands late, and says when it was sent off', async () => {
    const { writes } = await heal({ delayMs: 1_500, end: 'answered' });
    const [write] = writes;
    expect((write?.atMs ?? 0) - (write?.by?.issuedAtMs ?? 0)).toBe(1_500);
  });
});

describe('a network that refuses everything', () => {
  it('lets nothing be done, and a person is asked', async () => {
    const { world, ill } = aShop({ network: () => ({ delayMs: 0, end: 'refused' }) });
    world.deliver(anAlert(ill));
    await world.advance(minutes(10));
    expect(world.acts()).toEqual([]);
    expect(world.runs()[0]?.status).toMatchObject({ phase: 'Escalated', reason: 'clusterUnavailable' });
    expect(world.told.map(({ notification }) => notification.kind)).toEqual(['escalation']);
  });
});
