import { describe, expect, it } from '@jest/globals';
import type { Alert } from '../../domain/alert/alert.ts';
import { fingerprintOf } from '../../domain/alert/fingerprint.ts';
import { keyOf } from '../../simulation/cluster/records.ts';
import { anAlert, aPolicy, aShop, minutes, type Shop, startMs } from './support/a-world.ts';

const iso = (atMs: number) => new Date(atMs).toISOString();
/** Every call takes time, so that the end of a run has moments between. */
const slow = { latencyMs: () => 400, losesResultOf: () => false };

/** An alert that keeps its labels when a pod is replaced. */
function aboutWorkload({ ill, checkout }: Shop, given: Partial<Alert> = {}): Alert {
  const labels = { alertname: 'PodCrashLooping', namespace: 'shop', deployment: checkout.base.ref.name };
  return anAlert(ill, { labels, fingerprint: fingerprintOf(labels), ...given });
}

/** Another pod of the workload begins to crash, and the alert fires again. */
function failsAgain({ world, checkout, ill }: Shop, alert: Alert, isResolvedFirst: boolean): void {
  const { store } = world.cluster;
  const other = store.podsUnder(keyOf(checkout.base.ref)).find(({ base }) => base.ref.uid !== ill.base.ref.uid);
  const { nowMs } = world.clock;
  store.faults.push({ shape: 'CrashLoopBackOff', in: { pod: other?.base.ref.uid ?? '' }, fromMs: nowMs });
  if (isResolvedFirst) world.deliver({ ...alert, status: 'resolved' });
  world.deliver({ ...alert, startsAt: iso(nowMs), receivedAt: iso(nowMs) });
}

/** When the run of a shop ends that fails once. */
async function endOfRun(): Promise<number> {
  const shop = aShop({ faultInjection: slow });
  shop.world.deliver(aboutWorkload(shop));
  await shop.world.advance(minutes(15));
  return (shop.world.runs()[0]?.closedAtMs ?? 0) - startMs;
}

describe('an episode that begins while the last run closes', () => {
  it.each([true, false])(
    'is healed, at whatever moment it begins (resolved before: %s)',
    async (isResolvedFirst) => {
      const endMs = await endOfRun();
      const moments = Array.from({ length: 70 }, (_, index) => endMs - 3_000 + index * 50);
      const lost: number[] = [];
      for (const atMs of moments) {
        const shop = aShop({ faultInjection: slow, policies: [aPolicy({ guards: { cooldown: '10m' } })] });
        const { world } = shop;
        const alert = aboutWorkload(shop);
        world.deliver(alert);
        world.clock.at(startMs + atMs, () => failsAgain(shop, alert, isResolvedFirst));
        await world.advance(atMs + minutes(40));
        if (world.acts().length !== 2) lost.push(atMs - endMs);
      }
      expect(lost).toEqual([]);
    },
    120_000,
  );

  it('has a record of its own, as the one before it has', async () => {
    const shop = aShop();
    const { world } = shop;
    const alert = aboutWorkload(shop);
    world.deliver(alert);
    world.clock.at(startMs + (await endOfRun()) - 1_000, () => failsAgain(shop, alert, true));
    await world.advance(minutes(40));
    const [first, second] = world.runs();
    expect([first?.report?.outcome, second?.report?.outcome]).toEqual(['remediated', 'remediated']);
    expect(second?.runId).not.toBe(first?.runId);
    expect(second?.status.timeline[0]?.what).toMatch(/^alert PodCrashLooping (fires again|received)/);
  });

  it('is not begun by a repeat of the same firing', async () => {
    const endMs = await endOfRun();
    for (const atMs of [endMs - 1_500, endMs - 1_000, endMs - 500, endMs - 100]) {
      const shop = aShop({ faultInjection: slow });
      const { world } = shop;
      const alert = aboutWorkload(shop);
      world.deliver(alert);
      world.clock.at(startMs + atMs - 500, () => world.deliver(alert));
      await world.advance(minutes(15));
      expect(world.runs()).toHaveLength(1);
    }
  });

  it('keeps the labels with which its first run started, whatever a later delivery says', async () => {
    const shop = aShop();
    const { world } = shop;
    const alert = aboutWorkload(shop);
    world.deliver(alert);
    await world.advance(1_000);
    world.deliver({ ...alert, labels: { ...alert.labels, deployment: 'other' }, annotations: { note: 'x' } });
    await world.advance(minutes(10));
    expect(world.runs()[0]?.report?.recorded?.labels).toEqual(alert.labels);
  });
});

describe('a person’s word to a run that ends', () => {
  it('takes effect or is refused with the reason, at whatever moment it comes', async () => {
    const endMs = await endOfRun();
    const moments = Array.from({ length: 60 }, (_, index) => endMs - 2_500 + index * 50);
    for (const atMs of moments) {
      const shop = aShop({ faultInjection: slow });
      const { world } = shop;
      world.deliver(aboutWorkload(shop));
      await world.advance(atMs);
      const [{ workflowId = '' } = {}] = world.runs();
      const answers = [world.say(workflowId, 'abort'), world.say(workflowId, 'retry', { who: 'bob' })];
      await world.advance(minutes(1));
      const [abort, retry] = await Promise.all(answers);
      const { outcome } = world.runs()[0]?.report ?? {};
      expect(outcome).toBe(abort === 'abort is taken' ? 'aborted' : 'remediated');
      if (abort !== 'abort is taken') expect(abort).toMatch(/the run has ended|not found/);
      expect(retry).not.toBe('retry is taken');
    }
  }, 60_000);
});

describe('an alert that joined a run', () => {
  async function joinedRuns(verb: 'abort' | 'takeOver') {
    const shop = aShop({ policies: [aPolicy({ steps: [{ evictPod: {}, within: '5m', approval: 'Required' }] })] });
    const { world, ill } = shop;
    world.deliver(aboutWorkload(shop));
    await world.advance(minutes(1));
    world.deliver(anAlert(ill));
    await world.advance(minutes(1));
    const [holder, joined] = world.runs();
    expect(joined?.report).toMatchObject({ outcome: 'merged', mergedInto: holder?.workflowId });
    void world.say(holder?.workflowId ?? '', verb);
    await world.advance(minutes(1));
    return world.runs().filter(({ workflowId }) => workflowId === joined?.workflowId);
  }

  it('is driven on when its holder is aborted', async () => {
    const runs = await joinedRuns('abort');
    expect(runs.map(({ report, status }) => report?.outcome ?? status.phase)).toEqual(['merged', 'AwaitingApproval']);
  });

  it('stays with the person who takes the workload over', async () => {
    expect(await joinedRuns('takeOver')).toHaveLength(1);
  });
});
