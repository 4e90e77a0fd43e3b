import { beforeEach, describe, expect, it } from '@jest/globals';
import { createCensus } from '../../activities/census.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { nowMs, threePods } from './support/builders.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
let timeMs: number;
let census: ReturnType<typeof createCensus>;
beforeEach(() => {
  cluster = new TestCluster();
  timeMs = nowMs;
  census = createCensus(cluster, () => timeMs);
});

describe('a census', () => {
  it('reads the pods of a namespace and the nodes of the cluster', async () => {
    expect(await census('shop')).toEqual({ neighbours: threePods(), nodes: cluster.nodes, readAtMs: nowMs });
    expect(await census('bank')).toMatchObject({ neighbours: [] });
    expect(cluster.calls).toEqual(['listPods shop', 'listNodes', 'listPods bank', 'listNodes']);
  });

  it('is shared for five seconds, and not a millisecond longer', async () => {
    const first = await census('shop');
    timeMs += 5_000;
    expect(await census('shop')).toBe(first);
    timeMs += 1;
    expect(await census('shop')).toMatchObject({ readAtMs: nowMs + 5_001 });
  });

  it('is shared by those who ask while it is taken', async () => {
    const both = await Promise.all([census('shop'), census('shop')]);
    expect(both[0]).toBe(both[1]);
    expect(cluster.calls).toHaveLength(2);
  });

  it('is not shared across a clock that was set back', async () => {
    await census('shop');
    timeMs -= 60_000;
    expect(await census('shop')).toMatchObject({ readAtMs: nowMs - 60_000 });
  });

  it('that fails, fails for all who wait for it, and is not kept', async () => {
    cluster.before = () => {
      throw new MendflowError('CLUSTER_UNAVAILABLE', 'no answer');
    };
    const both = [census('shop'), census('shop')];
    for (const asked of both) await expect(asked).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' });
    cluster.before = () => undefined;
    expect(await census('shop')).toMatchObject({ readAtMs: nowMs });
  });
});
