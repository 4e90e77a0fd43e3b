import { describe, expect, it } from '@jest/globals';
import { fingerprintOf } from '../../domain/alert/fingerprint.ts';
import { keyOf, type PodRecord } from '../../simulation/cluster/records.ts';
import { anAlert, aPolicy, aShop, minutes, type Shop, startMs } from './support/a-world.ts';

/** Another rule about the same pods, with a policy and receivers of its own. */
const readiness = aPolicy(
  {
    match: { alerts: ['alertname="PodNotReady"'] },
    steps: [
      { evictPod: {}, within: '5m' },
      { rolloutRestart: {}, within: '10m', approval: 'Required' },
    ],
    escalation: [{ notify: ['shop-team'] }],
  },
  'readiness',
);
const crashes = aPolicy({ steps: [{ evictPod: {}, within: '5m' }], escalation: [{ notify: ['oncall'] }] });

function notReady(pod: PodRecord, alertname = 'PodNotReady') {
  const { labels } = anAlert(pod);
  const other = { ...labels, alertname };
  return anAlert(pod, { alertname, labels: other, fingerprint: fingerprintOf(other) });
}

/** A release that crashes in every pod. */
function badRelease(policies = [crashes, readiness]): Shop {
  const shop = aShop({ policies });
  const { store } = shop.world.cluster;
  store.faults.push({
    shape: 'CrashLoopBackOff',
    in: { workload: keyOf(shop.checkout.base.ref) },
    fromMs: startMs - minutes(2),
  });
  return shop;
}

/** Evicts whatever else is ill, and asks a person when that did not help. */
const spec = {
  guards: { maxUnhealthy: '100%', minReady: 0, cooldown: '10s' },
  steps: [{ evictPod: {}, within: '5m' }],
  escalation: [{ notify: ['oncall'] }],
};

const told = ({ world }: Shop) => world.told.map(({ receiver, notification }) => `${receiver} ${notification.kind}`);
const keys = ({ world }: Shop) => [...new Set(world.told.map(({ notification }) => notification.dedupKey))];

describe('a workload about which a person is asked', () => {
  it('has one conversation, whatever alerts it has: the others join, and the message is updated once', async () => {
    const shop = badRelease();
    const { world, pods } = shop;
    for (const pod of pods) world.deliver(anAlert(pod));
    await world.advance(minutes(2));
    for (const pod of pods) world.deliver(notReady(pod));
    await world.advance(minutes(20));
    expect(keys(shop)).toHaveLength(1);
    expect(told(shop)).toEqual(['oncall escalation', 'oncall update', 'shop-team escalation']);
    expect(world.told[1]?.notification.summary).toMatch(/; joined by PodNotReady \(.*\)$/);
    const [first, ...others] = world.runs();
    expect(first?.status.phase).toBe('Escalated');
    const merged = others.filter(({ alert }) => alert.alertname === 'PodNotReady').map(({ report }) => report);
    expect(merged).toMatchObject(pods.map(() => ({ outcome: 'merged', mergedInto: first?.workflowId })));
  });

  it('is not acted on behind the person’s back with what was tried, and a person is asked no second question', async () => {
    const match = { alerts: ['alertname="PodNotReady"'] };
    const policies = [aPolicy(spec), aPolicy({ ...spec, match }, 'readiness')];
    const shop = badRelease(policies);
    const { world, pods, ill } = shop;
    world.deliver(anAlert(ill));
    await world.advance(minutes(20));
    expect(world.runs().map(({ status }) => status.phase)).toEqual(['Escalated']);
    const acts = world.acts().length;
    const [, other = ill] = pods;
    world.deliver(notReady(other));
    await world.advance(minutes(20));
    expect(world.acts()).toHaveLength(acts);
    expect(told(shop)).toEqual(['oncall escalation', 'oncall update']);
    expect(world.runs()[1]?.status.timeline).toContainEqual(expect.objectContaining({ reason: 'triedBefore' }));
  });

  it('is asked about again once the conversation is over, or its run was ended in Temporal', async () => {
    const shop = badRelease([aPolicy(spec)]);
    const { world, pods, ill } = shop;
    world.deliver(anAlert(ill));
    await world.advance(minutes(10));
    expect(world.guard().conversations).toMatchObject([
      { workload: 'shop/Deployment/checkout', policy: 'crash-loop', tried: ['evictPod'] },
    ]);
    void world.say(world.runs()[0]?.workflowId ?? '', 'takeOver');
    await world.advance(minutes(1));
    expect(world.guard().conversations).toEqual([]);
    const [, second = ill, third = ill] = pods;
    world.deliver(anAlert(second));
    await world.advance(minutes(10));
    expect(keys(shop)).toHaveLength(2);
    world.server.terminate(world.runs()[1]?.workflowId ?? '');
    world.deliver(anAlert(third));
    await world.advance(minutes(10));
    expect(keys(shop)).toHaveLength(3);
    expect(world.guard().conversations).toMatchObject([{ speaker: world.runs()[2]?.workflowId }]);
  });
});

describe('a second pod that fails before the first one is proven healthy', () => {
  it.each([0, 30_000])('is healed by a run of its own, its alert coming %i ms later', async (laterMs) => {
    const shop = aShop({ policies: [aPolicy({ ...spec, healthy: { stableFor: '1m' } })] });
    const { world, ill, pods } = shop;
    const [, other = ill] = pods;
    const shape = 'CrashLoopBackOff' as const;
    world.cluster.store.faults.push({ shape, in: { pod: other.base.ref.uid }, fromMs: startMs - minutes(2) });
    world.deliver(anAlert(ill));
    await world.advance(laterMs);
    world.deliver(anAlert(other));
    await world.advance(minutes(20));
    expect(world.acts()).toHaveLength(2);
    expect(world.runs().map(({ report }) => report?.outcome)).toEqual(['remediated', 'merged', 'remediated']);
  });

  it.each([
    ['early in', 10_000],
    ['in the last seconds of', 57_000],
  ])('is seen by the first run, which tells a person, where it falls ill %s the stable time', async (_, laterMs) => {
    const shop = aShop({ policies: [aPolicy({ ...spec, healthy: { stableFor: '1m' } })] });
    const { world, ill, pods } = shop;
    const [, other = ill] = pods;
    world.deliver(anAlert(ill));
    while (world.runs()[0]?.status.phase !== 'AwaitingHealthy') await world.advance(1_000);
    await world.advance(laterMs);
    expect(world.runs()[0]?.status.phase).toBe('AwaitingHealthy');
    const shape = 'CrashLoopBackOff' as const;
    world.cluster.store.faults.push({ shape, in: { pod: other.base.ref.uid }, fromMs: world.clock.nowMs });
    await world.advance(1_000);
    world.deliver(anAlert(other, { startsAt: new Date(world.clock.nowMs).toISOString() }));
    await world.advance(minutes(20));
    expect(world.runs().map(({ report, status }) => report?.outcome ?? status.phase)).toEqual(['Escalated', 'merged']);
    expect(told(shop)).toEqual(['oncall escalation']);
  });
});

it('one crashing pod that the watcher and two rules report is one run and one act; where it stays ill, one page', async () => {
  for (const isHopeless of [false, true]) {
    const match = { alerts: ['alertname=~"PodCrashLooping|KubePodCrashLooping|MendflowPodCrashLoopBackOff"'] };
    const policies = [aPolicy({ ...spec, match })];
    const shop = isHopeless ? badRelease(policies) : aShop({ policies });
    const { world, ill } = shop;
    for (const alertname of ['MendflowPodCrashLoopBackOff', 'PodCrashLooping', 'KubePodCrashLooping']) {
      world.deliver(notReady(ill, alertname));
      await world.advance(5_000);
    }
    await world.advance(minutes(30));
    expect(world.acts()).toHaveLength(1);
    expect(keys(shop)).toHaveLength(isHopeless ? 1 : 0);
    expect(told(shop).filter((one) => one.endsWith('escalation'))).toHaveLength(isHopeless ? 1 : 0);
  }
});

it('a Job whose copy fails and alerts too is asked about once and paged once', async () => {
  const policies = [
    aPolicy({
      match: { alerts: ['alertname="KubeJobFailed"'] },
      verify: [{ workloadCondition: { type: 'Failed', status: 'True' } }],
      guards: { attempts: { perEpisode: 1, max: 3, per: '24h' } },
      steps: [{ recreateJob: { deleteFailed: false }, within: '10m', approval: 'Required' }],
      healthy: { stableFor: '1s' },
      escalation: [{ notify: ['oncall'] }],
    }),
  ];
  const shop = aShop({ policies });
  const { world, ill } = shop;
  const { store } = world.cluster;
  const ref = { kind: 'Job', namespace: 'shop', name: 'import', uid: 'uid-import' };
  const job = {
    ref,
    labels: {},
    annotations: {},
    completions: 1,
    createdAtMs: startMs - minutes(5),
    takesMs: minutes(1),
  };
  store.jobs.set(keyOf(ref), { ...job, origin: keyOf(ref), ended: 'Failed' });
  store.faults.push({ shape: 'Failed', in: { workload: keyOf(ref) }, fromMs: startMs - minutes(4) });
  const fire = (name: string) => {
    const labels = { alertname: 'KubeJobFailed', namespace: 'shop', job_name: name };
    world.deliver(anAlert(ill, { alertname: 'KubeJobFailed', labels, fingerprint: fingerprintOf(labels) }));
  };
  fire('import');
  await world.advance(minutes(2));
  const [run] = world.runs();
  void world.say(run?.workflowId ?? '', 'approve', { digest: run?.status.question?.digest ?? '' });
  await world.advance(minutes(20));
  const copies = [...store.jobs.values()].filter((one) => one.ref.name !== 'import');
  expect(copies).toHaveLength(1);
  for (const copy of copies) fire(copy.ref.name);
  await world.advance(minutes(60));
  expect([...store.jobs.values()]).toHaveLength(2);
  expect(told(shop).filter((one) => one.endsWith('approvalNeeded'))).toHaveLength(1);
  expect(keys(shop)).toHaveLength(1);
});
