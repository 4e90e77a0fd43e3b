import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { emptyGuardState } from '../../domain/guard-state.ts';
import { anApp, asAda, FakeGuard, nowMs } from '../support/api.ts';

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
  it('is shown with its pauses, permits and acts, times as RFC 3339', async () => {
    const workload = 'default/shop/Deployment/checkout';
    const of = { runId: 'r1', workflowId: 'remediation/default/A/f', workload, namespace: 'shop', action: 'evictPod' };
    guard.state = {
      ...emptyGuardState(),
      leases: [{ ...of, requestId: 'q1', grantedAtMs: nowMs, expiresAtMs: nowMs + 60_000 }],
      acts: [{ workload, runId: 'r1', atMs: nowMs }],
    };
    expect((await show()).json()).toEqual({
      cluster: 'default',
      isPaused: false,
      pauses: [],
      leases: [
        {
          workload,
          namespace: 'shop',
          action: 'evictPod',
          run: of.workflowId,
          grantedAt: '2026-03-01T10:00:00.000Z',
          expiresAt: '2026-03-01T10:01:00.000Z',
        },
      ],
      acts: [{ workload, at: '2026-03-01T10:00:00.000Z' }],
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
    const workload = 'default/shop/Deployment/checkout';
    expect((await post('reset', { workload, why: 'fixed by hand' })).statusCode).toBe(200);
    expect(guard.resets).toEqual([{ workload, why: 'fixed by hand', who: 'ada' }]);
  });

  it.each(['checkout', 'default/shop/Deployment/', 'a/b/c/d/e', ''])('refuses %p as a workload', async (workload) => {
    expect((await post('reset', { workload, why: 'x' })).statusCode).toBe(400);
  });
});
