import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { remembered } from '../../domain/guard/act-history.ts';
import { defaultLimits, type GuardLimits } from '../../domain/guard/rules/rule.ts';
import { emptyGuardState } from '../../domain/guard/state.ts';
import { anApp, asAda, FakeGuard, nowMs } from '../support/api.ts';
import { aLease, anAct } from '../support/builders.ts';

const workload = 'shop/Deployment/checkout';

let guard: FakeGuard;
let app: FastifyInstance;

beforeEach(async () => {
  guard = new FakeGuard();
  app = await anApp({ guard });
});

const show = () => app.inject({ method: 'GET', url: '/v1/guard', headers: asAda });
const post = (verb: string, payload?: object) =>
  app.inject({ method: 'POST', url: `/v1/guard/${verb}`, headers: asAda, ...(payload && { payload }) });

describe('the guard', () => {
  it('is shown with its permits, what is left of the budget, and what weighs on each workload', async () => {
    guard.state = {
      ...emptyGuardState(),
      leases: [aLease({ workload, grantedAtMs: nowMs, expiresAtMs: nowMs + 60_000 })],
      acts: [
        anAct({ atMs: nowMs - 120_000 }),
        anAct({ atMs: nowMs - 60_000, result: 'healthy', failure: 'OOMKilled' }),
      ],
    };
    expect((await show()).json()).toEqual({
      cluster: 'default',
      isPaused: false,
      pauses: [],
      storm: { state: 'closed', alerting: 0 },
      leases: [
        {
          ...{ workload, namespace: 'shop', action: 'evictPod', run: aLease().workflowId },
          ...{ grantedAt: '2026-03-01T10:00:00.000Z', expiresAt: '2026-03-01T10:01:00.000Z' },
        },
      ],
      budgets: [{ scope: 'cluster', limit: '5 at once, 10 per 10m', max: 15, used: 3, remaining: 4 }],
      workloads: [
        {
          ...{ workload, isLeased: true, acts24h: 2, lastActAt: '2026-03-01T09:59:00.000Z', cooldownTimes: 2 },
          ...{ lastResult: 'healthy', lastFailure: 'OOMKilled', changes: 0 },
        },
      ],
      incidents: [],
      resumes: [],
      resets: [],
      acts: [
        expect.objectContaining({ workload, at: '2026-03-01T09:58:00.000Z' }),
        expect.objectContaining({ workload, at: '2026-03-01T09:59:00.000Z', result: 'healthy', failure: 'OOMKilled' }),
      ],
    });
  });

  it('says why a storm is on, and who was told of which incident', async () => {
    guard.state = {
      ...emptyGuardState(),
      storm: { kind: 'open', sinceMs: nowMs - 60_000, why: '30 workloads alert within 5 min' },
      alerting: [{ workload, namespace: 'shop', atMs: nowMs, traits: [] }],
      incidents: [{ key: 'storm', speaker: 'guard/default', sinceMs: nowMs - 60_000, lastMs: nowMs }],
    };
    expect((await show()).json()).toMatchObject({
      storm: { state: 'open', alerting: 1, since: '2026-03-01T09:59:00.000Z', why: '30 workloads alert within 5 min' },
      incidents: [{ key: 'storm', speaker: 'guard/default', last: '2026-03-01T10:00:00.000Z' }],
    });
  });

  it('shows a budget of the configuration where it is in use, and forgets nothing that only its minute is known of', async () => {
    const guardLimits: GuardLimits = {
      ...defaultLimits,
      budgets: [
        { scope: 'namespace', max: { count: 3 }, per: 3_600_000 },
        { scope: 'node', max: { percent: 10 }, per: 3_600_000 },
      ],
    };
    app = await anApp({ guard, guardLimits });
    guard.state = {
      ...emptyGuardState(),
      acts: [anAct({ node: 'n1', atMs: nowMs - 60_000 })],
      history: remembered({}, [{ workload: 'web/Deployment/front', atMs: nowMs - 36_000_000 }], nowMs),
    };
    const { budgets, workloads } = (await show()).json();
    expect(budgets.slice(1)).toEqual([
      { scope: 'namespace', name: 'shop', limit: '3 per 1h', used: 1, max: 3, remaining: 2 },
      { scope: 'node', name: 'n1', limit: '10% per 1h', used: 1 },
    ]);
    expect(workloads).toMatchObject([{ workload }, { workload: 'web/Deployment/front', acts24h: 1 }]);
  });

  it('counts no act that a person reset, but its budget does', async () => {
    guard.state = {
      ...emptyGuardState(),
      acts: [anAct({ atMs: nowMs - 60_000, isForgiven: true })],
      resets: [{ workload, who: 'ada', why: 'fixed', atMs: nowMs }],
      resumes: [{ id: 'p1', who: 'bo', why: 'over', atMs: nowMs }],
    };
    expect((await show()).json()).toMatchObject({
      budgets: [{ used: 1 }],
      workloads: [{ workload, acts24h: 0 }],
      resets: [{ workload, who: 'ada', why: 'fixed', at: '2026-03-01T10:00:00.000Z' }],
      resumes: [{ id: 'p1', who: 'bo', why: 'over', at: '2026-03-01T10:00:00.000Z' }],
    });
  });

  it('that does not answer is shown as such, never as not paused', async () => {
    guard.state = undefined;
    expect((await show()).json()).toEqual({ cluster: 'default', note: 'The guard does not answer' });
  });
});

describe('pausing', () => {
  it('notes who and why, and shows the pause', async () => {
    expect((await post('pause', { why: 'game day' })).json()).toMatchObject({
      isPaused: true,
      pauses: [{ who: 'ada', why: 'game day', since: '2026-03-01T10:00:00.000Z' }],
    });
  });

  it('answers with the id that lifts exactly this pause', async () => {
    await post('pause', { why: 'one' });
    const { pauseId } = (await post('pause', { why: 'two' })).json();
    expect((await post('resume', { id: pauseId })).json()).toMatchObject({ isPaused: true, pauses: [{ why: 'one' }] });
  });

  it('answers with the id even while no worker can say what the guard knows', async () => {
    guard.state = undefined;
    const answer = (await post('pause', { why: 'one' })).json();
    expect(answer).toEqual({ cluster: 'default', note: expect.any(String), pauseId: expect.any(String) });
  });

  it('may be for a time, after which it ends by itself', async () => {
    expect((await post('pause', { why: 'migration', for: '2h' })).json()).toMatchObject({
      pauses: [{ why: 'migration', since: '2026-03-01T10:00:00.000Z', until: '2026-03-01T12:00:00.000Z' }],
    });
  });

  it.each(['0s', '59s', '31d', '-2h', 'soon', 7_200])('refuses %p as a time, and pauses nothing', async (length) => {
    expect((await post('pause', { why: 'migration', for: length })).json()).toMatchObject({
      status: 400,
      code: 'INVALID_REQUEST',
    });
    expect(guard.state?.pauses).toEqual([]);
  });

  it('asks why', async () => {
    for (const body of [undefined, {}, { why: '' }]) {
      expect((await post('pause', body)).json()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    }
    expect(guard.state?.pauses).toEqual([]);
  });
});

describe('resuming', () => {
  beforeEach(async () => {
    await post('pause', { why: 'one' });
    await post('pause', { why: 'two' });
  });

  it('lifts all pauses', async () => {
    expect((await post('resume')).json()).toMatchObject({ isPaused: false, pauses: [] });
  });

  it('lifts one pause, and the other holds', async () => {
    const [first] = guard.state?.pauses ?? [];
    expect((await post('resume', { id: first?.id })).json()).toMatchObject({
      isPaused: true,
      pauses: [{ why: 'two' }],
    });
  });

  it('is not called refused while the guard still checks who lifts the pause', async () => {
    await post('pause', { why: 'one' });
    const lift = guard.resume.bind(guard);
    guard.resume = async (order) => void setTimeout(() => void lift(order), 50);
    expect((await post('resume')).json()).toMatchObject({ isPaused: false, pauses: [] });
  });

  it('is refused where the guard keeps the pause', async () => {
    await post('pause', { why: 'one' });
    guard.resume = async () => undefined;
    expect((await post('resume')).json()).toMatchObject({ status: 409, code: 'NOT_SIGNED' });
  });

  it('of a pause that is not there is answered 404', async () => {
    expect((await post('resume', { id: 'nope' })).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });

  it('needs the pause’s id while nobody can say which there are', async () => {
    guard.state = undefined;
    expect((await post('resume')).json()).toMatchObject({ status: 503, code: 'TEMPORAL_UNAVAILABLE' });
    expect((await post('resume', { id: 'p1' })).statusCode).toBe(200);
    expect(guard.resumed).toEqual(['p1']);
  });
});

describe('resetting a workload', () => {
  it('carries who and why', async () => {
    guard.state = { ...emptyGuardState(), acts: [anAct({ atMs: nowMs })] };
    expect((await post('reset', { workload, why: 'fixed by hand' })).statusCode).toBe(200);
    expect(guard.resets).toEqual([{ workload, why: 'fixed by hand', who: 'ada' }]);
  });

  it('of which the guard remembers nothing is 404, and goes to the guard while no worker can say', async () => {
    expect((await post('reset', { workload, why: 'x' })).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
    guard.state = undefined;
    expect((await post('reset', { workload, why: 'x' })).statusCode).toBe(200);
  });

  it.each(['checkout', 'shop/Deployment/', 'default/shop/Deployment/checkout', 'shop/deployment 1/x', ''])(
    'refuses %p as a workload',
    async (workload) => {
      expect((await post('reset', { workload, why: 'x' })).statusCode).toBe(400);
    },
  );
});
