import { describe, expect, it } from '@jest/globals';
import { createTellGuard } from '../../../api/intake/tell-guard.ts';
import { FakeGuard } from '../../support/api.ts';

function setUp() {
  const clock = { nowMs: 1_000_000 };
  const guard = new FakeGuard();
  return { clock, guard, tell: createTellGuard(guard, () => clock.nowMs) };
}
const clusters = (...names: string[]) => new Map(names.map((name) => [name, 2]));

describe('a sender that left alerts out', () => {
  it('is told by its name, once in ten seconds', async () => {
    const { clock, guard, tell } = setUp();
    for (const sender of ['eu', 'eu', 'us']) await tell.truncated(sender);
    clock.nowMs += 10_000;
    await tell.truncated('eu');
    expect(guard.truncations.map(({ sender, atMs }) => `${sender} ${atMs}`)).toEqual([
      'eu 1000000',
      'us 1000000',
      'eu 1010000',
    ]);
  });

  it('that calls itself anew each time is told as one', async () => {
    const { guard, tell } = setUp();
    for (let n = 0; n < 500; n += 1) await tell.truncated(`sender-${n}`);
    expect(guard.truncations).toHaveLength(101);
  });
});

describe('unknown clusters', () => {
  it('are told by name with how many alerts, each once a minute', async () => {
    const { clock, guard, tell } = setUp();
    await tell.unknownClusters('am', clusters('a', 'b'));
    await tell.unknownClusters('am', clusters('a'));
    clock.nowMs += 60_000;
    await tell.unknownClusters('am', clusters('a'));
    expect(guard.unknownClusters).toEqual([
      { cluster: 'a', sender: 'am', alerts: 2, atMs: 1_000_000 },
      { cluster: 'b', sender: 'am', alerts: 2, atMs: 1_000_000 },
      { cluster: 'a', sender: 'am', alerts: 2, atMs: 1_060_000 },
    ]);
  });

  it('beyond twenty an hour are told as one, and by name again in the next hour', async () => {
    const { clock, guard, tell } = setUp();
    const many = clusters(...Array.from({ length: 1_000 }, (_, n) => `c${n}`));
    await tell.unknownClusters('am', many);
    expect(guard.unknownClusters).toHaveLength(21);
    expect(guard.unknownClusters.at(-1)).toMatchObject({ cluster: '*', alerts: 1_960 });
    clock.nowMs += 3_600_000;
    await tell.unknownClusters('am', clusters('late'));
    expect(guard.unknownClusters.at(-1)).toMatchObject({ cluster: 'late' });
  });

  it('are told again when the guard could not be reached; requests meanwhile get the same answer', async () => {
    const { guard, tell } = setUp();
    const { unknownCluster } = guard;
    guard.unknownCluster = () => Promise.reject(new Error('Temporal is away'));
    const both = [tell.unknownClusters('am', clusters('a')), tell.unknownClusters('am', clusters('a'))];
    expect((await Promise.allSettled(both)).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    guard.unknownCluster = unknownCluster;
    await tell.unknownClusters('am', clusters('a'));
    expect(guard.unknownClusters).toHaveLength(1);
  });
});
