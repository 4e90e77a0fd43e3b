import { describe, expect, it } from '@jest/globals';
import type { Verdict } from '../../domain/guard/permit.ts';
import type { GuardState } from '../../domain/guard/state.ts';
import { queries } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import type { Tamper } from '../../simulation/world.ts';
import { anAlert, aPolicy, aShop, minutes, type Shop } from './support/a-world.ts';

const hours = (count: number) => minutes(60 * count);
const days = (count: number) => hours(24 * count);

/** A workload whose every pod crashes, for as long as the fault is there. */
async function escalated(options: Parameters<typeof aShop>[0] = {}): Promise<Shop> {
  const shop = aShop({ policies: [aPolicy({ steps: [{ evictPod: {}, within: '1m' }] })], ...options });
  const { store } = shop.world.cluster;
  store.faults.push({
    shape: 'CrashLoopBackOff',
    in: { workload: 'shop/Deployment/checkout' },
    fromMs: shop.world.clock.nowMs + 1,
  });
  shop.world.deliver(anAlert(shop.ill));
  await shop.world.advance(minutes(10));
  expect(shop.world.runs()[0]?.status.phase).toBe('Escalated');
  return shop;
}

const tellings = ({ world }: Shop) =>
  world.told.map(
    ({ receiver, notification: { kind, level, occurrence = 0 } }) => `${receiver} ${kind} ${level}.${occurrence}`,
  );
const leases = ({ server, guardId }: Shop['world']) => (server.query(guardId, queries.guardState) as GuardState).leases;
const executions = ({ world }: Shop) => world.server.executions.filter(({ type }) => type === 'remediation').length;

describe('an escalation', () => {
  it('finds the workload healthy after days, though nobody says resolved', async () => {
    const shop = await escalated();
    await shop.world.advance(days(3));
    shop.world.cluster.store.faults.length = 0;
    await shop.world.advance(minutes(40));
    expect(shop.world.runs()[0]?.report).toMatchObject({ outcome: 'recovered', reason: 'workloadHealthy' });
  });

  it('tells the last level once a day while nobody acknowledges, and not after that', async () => {
    const shop = await escalated();
    await shop.world.advance(days(2) + minutes(30));
    const first = ['oncall escalation 0.0', 'pager escalation 1.0', 'pager escalation 1.1', 'pager escalation 1.2'];
    expect(tellings(shop)).toEqual(first);
    void shop.world.say(shop.world.runs()[0]?.workflowId ?? '', 'acknowledge');
    await shop.world.advance(days(3));
    expect(tellings(shop)).toEqual(first);
  });

  it('tells those who know of it that the alert fires again, at most every ten minutes', async () => {
    const shop = await escalated();
    const { world, ill } = shop;
    for (let turn = 0; turn < 12; turn++) {
      world.deliver(anAlert(ill, { status: 'resolved', startsAt: new Date(world.clock.nowMs - 1).toISOString() }));
      await world.advance(minutes(1));
      world.deliver(anAlert(ill, { startsAt: new Date(world.clock.nowMs).toISOString() }));
      await world.advance(minutes(1));
    }
    const again = world.told.filter(({ notification }) => notification.summary.includes('fires again'));
    expect(again.filter(({ receiver }) => receiver === 'oncall').length).toBeGreaterThanOrEqual(2);
    expect(again.filter(({ receiver }) => receiver === 'oncall').length).toBeLessThanOrEqual(3);
  });

  it('continues as new before its history is long, and tells no level twice', async () => {
    const shop = await escalated({ eventsPerRun: 60 });
    await shop.world.advance(hours(20));
    expect(executions(shop)).toBeGreaterThan(5);
    expect(shop.world.runs()).toHaveLength(1);
    expect(tellings(shop)).toEqual(['oncall escalation 0.0', 'pager escalation 1.0']);
    const { workflowId = '' } = shop.world.runs()[0] ?? {};
    const taken = shop.world.say(workflowId, 'takeOver');
    await shop.world.advance(minutes(1));
    expect(await taken).toBe('takeOver is taken');
    expect(shop.world.runs()[0]?.report).toMatchObject({ outcome: 'escalated', steps: [{ action: 'evictPod' }] });
  });

  it('takes five hundred messages for one line', async () => {
    const shop = await escalated({ eventsPerRun: 300 });
    for (let count = 0; count < 500; count++) shop.world.deliver(anAlert(shop.ill, { status: 'resolved' }));
    await shop.world.advance(minutes(5));
    const { timeline = [] } = shop.world.runs()[0]?.status ?? {};
    expect(timeline.filter(({ what }) => what.startsWith('Alertmanager says'))).toMatchObject([{ times: 500 }]);
  });

  it('tries again by itself when the freeze that held it is over', async () => {
    const freezes = [{ schedule: '0 9 * * *', duration: '3h' }];
    const shop = aShop({ policies: [aPolicy({ guards: { freezes, holdAtMost: '10m' } })] });
    shop.world.deliver(anAlert(shop.ill));
    await shop.world.advance(minutes(5));
    expect(shop.world.runs()[0]?.status).toMatchObject({ phase: 'Escalated', reason: 'heldTooLong' });
    await shop.world.advance(hours(3));
    expect(shop.world.runs()[0]?.report).toMatchObject({ outcome: 'remediated' });
    expect(shop.world.acts()).toHaveLength(1);
  });

  it('does its first look by itself when the cluster can be read again', async () => {
    let isAway = true;
    const tamper: Tamper = {
      worker: (real) => ({
        ...real,
        verify: async (input) => {
          if (isAway) throw new MendflowError('CLUSTER_UNAVAILABLE', 'connection refused');
          return real.verify(input);
        },
      }),
    };
    const shop = aShop({ tamper });
    shop.world.deliver(anAlert(shop.ill));
    await shop.world.advance(hours(6));
    const { timeline = [] } = shop.world.runs()[0]?.status ?? {};
    expect(timeline.filter(({ what }) => what.startsWith('the cluster could not be read'))).toHaveLength(1);
    isAway = false;
    await shop.world.advance(hours(1));
    expect(shop.world.runs()[0]?.report).toMatchObject({ outcome: 'remediated' });
  });
});

describe('a hold of the guard', () => {
  const holding = (untilMs: number, now: () => number): Tamper => ({
    hub: (real) => ({
      ...real,
      askGuard: async (input): Promise<Verdict> =>
        now() < untilMs
          ? { kind: 'hold', reason: 'rolloutInProgress', retryAfterMs: 15_000, detail: 'rolls out' }
          : real.askGuard(input),
    }),
  });

  async function held(forMs: number, holdAtMost: string): Promise<Shop> {
    let now = () => 0;
    const untilMs = Date.parse('2026-03-01T10:00:00Z') + forMs;
    const shop = aShop({
      policies: [aPolicy({ guards: { holdAtMost } })],
      eventsPerRun: 50,
      tamper: holding(untilMs, () => now()),
    });
    now = () => shop.world.clock.nowMs;
    shop.world.deliver(anAlert(shop.ill));
    await shop.world.advance(forMs + minutes(20));
    return shop;
  }

  it('goes on where it was after a continue-as-new', async () => {
    const shop = await held(hours(2), '4h');
    expect(executions(shop)).toBeGreaterThan(5);
    expect(shop.world.runs()).toMatchObject([{ report: { outcome: 'remediated' } }]);
    expect(shop.world.acts()).toHaveLength(1);
    expect(shop.world.runs()[0]?.status.verdicts.find(({ verdict }) => verdict === 'hold')?.times).toBeGreaterThan(20);
  });

  it('is as long as the policy waits, not that long in each execution', async () => {
    const shop = await held(hours(2), '30m');
    const { timeline = [] } = shop.world.runs()[0]?.status ?? {};
    const asked = timeline.find(({ what }) => what.startsWith('a person is asked'));
    expect(Date.parse(asked?.at ?? '') - Date.parse('2026-03-01T10:00:00Z')).toBeLessThan(minutes(31));
  });
});

describe('a question to a person', () => {
  /** A question that is open through hundreds of messages, and the digest that an answer must carry. */
  async function asked(): Promise<Shop & { workflowId: string; digest: string }> {
    const shop = aShop({
      policies: [aPolicy({ mode: 'Approve', approval: { expiresAfter: '4h' } })],
      eventsPerRun: 60,
    });
    const { world, ill } = shop;
    world.deliver(anAlert(ill));
    await world.advance(minutes(1));
    const { workflowId = '', status } = world.runs()[0] ?? {};
    const { digest = '' } = status?.question ?? {};
    for (let count = 0; count < 200; count++) {
      world.deliver(anAlert(ill));
      await world.advance(minutes(0.1));
    }
    expect(executions(shop)).toBeGreaterThan(3);
    return { ...shop, workflowId, digest };
  }

  it('stays open over a continue-as-new: nobody is asked twice, and the answer counts', async () => {
    const { world, workflowId, digest, ...shop } = await asked();
    expect(tellings({ world, ...shop })).toEqual(['oncall approvalNeeded 0.0']);
    expect(world.runs()[0]?.status).toMatchObject({ phase: 'AwaitingApproval', question: { digest } });
    const approved = world.say(workflowId, 'approve', { digest });
    await world.advance(minutes(15));
    expect(await approved).toBe('approve is taken');
    expect(world.acts()).toHaveLength(1);
    expect(world.runs()).toMatchObject([{ report: { outcome: 'remediated' } }]);
  });

  it('expires when it would have expired, and its lease is given back', async () => {
    const { world, ...shop } = await asked();
    await world.advance(hours(4) - minutes(21.5));
    expect(world.runs()[0]?.status).toMatchObject({ phase: 'AwaitingApproval' });
    await world.advance(minutes(2));
    expect(world.runs()[0]?.status).toMatchObject({ phase: 'Escalated', reason: 'approvalExpired' });
    expect(tellings({ world, ...shop })).toEqual(['oncall approvalNeeded 0.0', 'oncall escalation 0.0']);
    expect(leases(world)).toEqual([]);
    expect(world.acts()).toEqual([]);
  });

  it('whose workload got well by itself meanwhile leads to no act when it is answered', async () => {
    const { world, workflowId, digest, ill } = await asked();
    world.cluster.store.faults.length = 0;
    for (let count = 0; count < 40; count++) world.deliver(anAlert(ill));
    await world.advance(minutes(30));
    const approved = world.say(workflowId, 'approve', { digest });
    await world.advance(minutes(1));
    expect(await approved).toBe('approve is taken');
    expect(world.runs()[0]?.report).toMatchObject({ outcome: 'recovered' });
    expect(leases(world)).toEqual([]);
    expect(world.acts()).toEqual([]);
  });

  it('is not asked again while the guard holds the approved step through a long history', async () => {
    let heldUntilMs = 0;
    let now = () => 0;
    const tamper: Tamper = {
      hub: (real) => ({
        ...real,
        askGuard: async (input): Promise<Verdict> =>
          input.request.renews !== undefined && now() < heldUntilMs
            ? { kind: 'hold', reason: 'rolloutInProgress', retryAfterMs: 15_000, detail: 'rolls out' }
            : real.askGuard(input),
      }),
    };
    const policies = [aPolicy({ mode: 'Approve', approval: { expiresAfter: '4h' }, guards: { holdAtMost: '3h' } })];
    const shop = aShop({ policies, eventsPerRun: 60, tamper });
    const { world } = shop;
    now = () => world.clock.nowMs;
    world.deliver(anAlert(shop.ill));
    await world.advance(minutes(1));
    const { workflowId = '', status } = world.runs()[0] ?? {};
    heldUntilMs = now() + hours(1);
    void world.say(workflowId, 'approve', { digest: status?.question?.digest ?? '' });
    await world.advance(hours(2));
    expect(tellings(shop).filter((said) => said.includes('approvalNeeded'))).toEqual(['oncall approvalNeeded 0.0']);
    expect(world.acts()).toHaveLength(1);
    expect(world.runs()).toMatchObject([{ report: { outcome: 'remediated' } }]);
  });
});

describe('receivers that are away', () => {
  it('hold no run open: its messages follow it, in order, when they are back', async () => {
    let isAway = true;
    const tamper: Tamper = {
      hub: (real) => ({
        ...real,
        notify: async (input) => {
          if (isAway) throw new MendflowError('RECEIVER_UNAVAILABLE', 'connection refused');
          return real.notify(input);
        },
      }),
    };
    const shop = await escalated({ tamper });
    const { world } = shop;
    const { workflowId = '', runId } = world.runs()[0] ?? {};
    const saidMs = world.clock.nowMs;
    void world.say(workflowId, 'takeOver');
    await world.advance(minutes(1));
    expect((world.runs()[0]?.closedAtMs ?? Number.NaN) - saidMs).toBeLessThan(10_000);
    await world.advance(minutes(9));
    isAway = false;
    await world.advance(minutes(10));
    expect(tellings(shop)).toEqual(['oncall escalation 0.0', 'oncall closed 0.0']);
    expect(new Set(world.told.map(({ notification }) => notification.dedupKey))).toEqual(
      new Set([`${workflowId}/${runId}`]),
    );
    expect(world.server.find(`notifications/${runId}`)?.result).toEqual({ delivered: 2, undelivered: [] });
  });
});
