import { readFileSync } from 'node:fs';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { MendflowError } from '../../domain/run/errors.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import {
  anAlertItem,
  anApp,
  asAlertmanager,
  aWebhook,
  FakeGuard,
  FakeIntake,
  intakeToken,
  nowMs,
} from '../support/api.ts';

let intake: FakeIntake;
let app: FastifyInstance;
let guard: FakeGuard;
const metrics = createMetrics({ withProcess: false });

beforeEach(async () => {
  intake = new FakeIntake();
  metrics.registry.resetMetrics();
  guard = new FakeGuard();
  app = await anApp({ intake, guard, metrics });
});

const post = (payload: object | string, url = '/v1/alerts') =>
  app.inject({
    method: 'POST',
    url,
    headers: { ...asAlertmanager, 'content-type': 'application/json' },
    payload: typeof payload === 'string' ? payload : JSON.stringify(payload),
  });

const nothing = { accepted: 0, duplicates: 0, resolved: 0, unmatched: 0, rejectedCount: 0, rejected: [], truncated: 0 };
const pod = (name: string, rest: Record<string, unknown> = {}) => anAlertItem({ labels: { pod: name }, ...rest });

describe('a delivery', () => {
  it('is answered 202 with what became of each alert, each judged by its own status', async () => {
    await post(aWebhook([pod('a'), pod('b')]));
    const resolved = { status: 'resolved', endsAt: '2026-03-01T09:59:59Z' };
    const answer = await post(aWebhook([pod('b'), pod('c'), pod('a', resolved), pod('z', resolved)]));
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toEqual({ ...nothing, accepted: 1, duplicates: 1, resolved: 1, unmatched: 1 });
  });

  it.each(['alertmanager-webhook.json', 'grafana-webhook.json'])('such as docs/examples/%s is taken', async (name) => {
    const example = readFileSync(new URL(`../../docs/examples/${name}`, import.meta.url), 'utf8');
    for (const url of ['/v1/alerts', '/webhook']) expect((await post(example, url)).statusCode).toBe(202);
    expect(intake.running.size).toBe(1);
  });

  it('that repeats an alert in one body hands it over once', async () => {
    expect((await post(aWebhook([pod('a'), pod('a'), pod('a')]))).json()).toEqual({
      ...nothing,
      accepted: 1,
      duplicates: 2,
    });
    expect(intake.starts).toHaveLength(1);
  });

  it('that fires and resolves one alert hands the firing over first', async () => {
    const answer = await post(aWebhook([pod('a', { status: 'resolved' }), pod('a')]));
    expect(answer.json()).toEqual({ ...nothing, accepted: 1, resolved: 1 });
  });

  it('without alerts is taken', async () => {
    expect((await post(aWebhook([]))).json()).toEqual(nothing);
  });

  it('with unknown fields is taken', async () => {
    const alert = anAlertItem({ silencedBy: [], nested: { deep: [1] } });
    expect((await post(aWebhook([alert], { notification_reason: 'repeat' }))).statusCode).toBe(202);
  });

  it('whose sender left alerts out says so and counts them', async () => {
    expect((await post(aWebhook([pod('a')], { truncatedAlerts: 7 }))).json()).toMatchObject({
      accepted: 1,
      truncated: 7,
    });
    expect(await metrics.registry.metrics()).toContain('mendflow_alerts_rejected_total{reason="truncated"} 7');
  });

  it('whose sender left alerts out is a sign of a storm: the guard is told, not more often than it needs', async () => {
    for (const name of ['a', 'b', 'c']) await post(aWebhook([pod(name)], { truncatedAlerts: 1 }));
    expect(guard.truncations).toEqual([{ sender: 'alertmanager', atMs: nowMs }]);
  });

  it('is taken although the guard cannot be told that alerts were left out', async () => {
    guard.truncated = async () => {
      throw new Error('Temporal is away');
    };
    expect((await post(aWebhook([pod('a')], { truncatedAlerts: 1 }))).statusCode).toBe(202);
  });

  it('is taken although the guard does not answer to what is a sign of a storm', async () => {
    const silence = () => new Promise<never>(() => {});
    Object.assign(guard, { truncated: silence, alerting: silence });
    const workloads = Array.from({ length: 21 }, (_, n) => anAlertItem({ labels: { deployment: `w${n}`, pod: '' } }));
    expect((await post(aWebhook(workloads, { truncatedAlerts: 1 }))).json()).toMatchObject({ accepted: 21 });
  });

  it('with alerts that cannot be identified takes the others and reports those', async () => {
    const answer = await post(aWebhook([pod('a'), { labels: { pod: 'b' } }, null, pod('c')]));
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({
      accepted: 2,
      rejectedCount: 2,
      rejected: [
        { index: 1, field: 'labels.alertname', reason: 'missing' },
        { index: 2, field: 'alert', reason: 'invalid' },
      ],
    });
  });

  it('with thousands of bad alerts reports the first hundred and counts all', async () => {
    const answer = (await post(aWebhook(Array(3_000).fill({})))).json();
    expect(answer.rejectedCount).toBe(3_000);
    expect(answer.rejected).toHaveLength(100);
  });

  it('counts alerts by receiver and status, with a bounded number of receivers', async () => {
    for (let i = 0; i < 30; i += 1) await post(aWebhook([pod(`p${i}`)], { receiver: `r${i}` }));
    const text = await metrics.registry.metrics();
    expect(text).toContain('mendflow_alerts_received_total{receiver="r0",status="firing"} 1');
    expect(text).toContain('mendflow_alerts_received_total{receiver="other",status="firing"} 10');
  });
});

describe('alerts of a cluster that the sender may not speak of', () => {
  const of = (cluster: string, name = 'a') => anAlertItem({ labels: { pod: name, cluster } });

  it('start no run: they are reported and counted, and the guard is told who sent them', async () => {
    const answer = await post(aWebhook([of('elsewhere'), of('default'), of('elsewhere', 'b')]));
    expect(answer.statusCode).toBe(202);
    expect(answer.json()).toMatchObject({
      ...{ accepted: 1, rejectedCount: 2 },
      rejected: [0, 2].map((index) => ({ index, field: 'labels.cluster', reason: 'unknownCluster' })),
    });
    expect(intake.starts.map(({ cluster }) => cluster)).toEqual(['default']);
    expect(guard.unknownClusters).toEqual([{ cluster: 'elsewhere', sender: 'alertmanager', alerts: 2, atMs: nowMs }]);
    expect(await metrics.registry.metrics()).toContain('mendflow_alerts_rejected_total{reason="unknownCluster"} 2');
  });

  it('are not acknowledged while the guard cannot be told', async () => {
    guard.unknownCluster = async () => {
      throw new MendflowError('TEMPORAL_UNAVAILABLE', 'unknownCluster: no answer');
    };
    expect((await post(aWebhook([of('elsewhere')]))).json()).toMatchObject({ status: 503 });
  });

  it('start no run of the others again where these have ended when the sender repeats what it got 503 for', async () => {
    const clock = { nowMs };
    app = await anApp({ intake, guard, now: () => clock.nowMs });
    const tell = guard.unknownCluster.bind(guard);
    guard.unknownCluster = async () => {
      throw new MendflowError('TEMPORAL_UNAVAILABLE', 'unknownCluster: no answer');
    };
    const body = aWebhook([of('elsewhere'), of('default')]);
    expect((await post(body)).statusCode).toBe(503);
    intake.running.clear();
    clock.nowMs += 60_000;
    guard.unknownCluster = tell;
    expect((await post(body)).json()).toMatchObject({ accepted: 0, duplicates: 1, rejectedCount: 1 });
  });

  it('are those that its token does not list', async () => {
    const token = { name: 'eu', token: intakeToken, clusters: ['eu-1', 'arn:aws:eks:1'] };
    app = await anApp({ intake, guard, tokens: { intake: [token], people: [], allowAnonymous: false } });
    const answer = await post(aWebhook([of('eu-1'), of('arn:aws:eks:1', 'b'), of('default', 'c')]));
    expect(answer.json()).toMatchObject({ accepted: 2, rejectedCount: 1 });
    expect(guard.unknownClusters).toMatchObject([{ cluster: 'default', sender: 'eu' }]);
  });

  it('name a sender that needs no token by its receiver, without control characters and cut', async () => {
    app = await anApp({ intake, guard, tokens: { intake: [], people: [], allowAnonymous: true } });
    await post(aWebhook([of('elsewhere')], { receiver: `a\u001b[31m\u202e${'x'.repeat(100)}` }));
    expect(guard.unknownClusters).toMatchObject([{ sender: `a${'x'.repeat(63)}` }]);
  });
});

describe('alerts as Prometheus sends them', () => {
  it('are answered 200 and join the runs of the webhook', async () => {
    await post(aWebhook([pod('a')]));
    const { status: _, ...unstated } = pod('a', { endsAt: '2026-03-01T10:04:00Z' });
    const answer = await post([unstated], '/api/v2/alerts');
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toEqual({ ...nothing, duplicates: 1 });
  });

  it('are refused as a webhook body', async () => {
    expect((await post(aWebhook(), '/api/v2/alerts')).json()).toMatchObject({ status: 400, code: 'INVALID_ALERT' });
  });
});

describe('a body that is no webhook', () => {
  it.each([
    ['cut off', '{"alerts":['],
    ['empty', ''],
    ['text', '"alert"'],
    ['a list', '[]'],
    ['without alerts', '{"version":"4"}'],
    ['with alerts that are no list', '{"alerts":{"labels":{}}}'],
    ['of more alerts than one delivery may hold', `{"alerts":[${'0,'.repeat(50_000)}0]}`],
    ['of brackets', '['.repeat(200_000)],
  ])('%s is answered 400 and hands nothing over', async (_what, body) => {
    const answer = await post(body);
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({
      status: 400,
      code: 'INVALID_ALERT',
      detail: expect.stringMatching(/./),
      fix: expect.stringMatching(/./),
      instance: '/v1/alerts',
    });
    expect(intake.starts).toEqual([]);
  });

  it('is counted, because it is lost', async () => {
    await post('[');
    expect(await metrics.registry.metrics()).toContain('mendflow_alerts_rejected_total{reason="INVALID_ALERT"} 1');
  });

  it.each([
    ['__proto__', '{"isAdmin":true}'],
    ['constructor', '{"prototype":{"isAdmin":true}}'],
    ['prototype', '"x"'],
  ])('with a key %s anywhere is taken: one alert is refused at most', async (key, value) => {
    const odd = `"${key}":${value}`;
    const alert = (pod: string, more = '', label = '') =>
      `{"labels":{"alertname":"A","pod":"${pod}"${label}},"annotations":{${more || '"a":"b"'}}${more && `,${more}`}}`;
    const body = `{${odd},"alerts":[${alert('a')},${alert('b', odd)},${alert('c', '', `,"${key}":"x"`)}],"x":{${odd}}}`;
    const answer = await post(body);
    expect(answer.json()).toMatchObject({
      ...{ accepted: 2, rejectedCount: 1 },
      rejected: [{ index: 2, field: `labels.${key}`, reason: 'forbiddenName' }],
    });
    expect([...intake.running.values()].map(({ labels, annotations }) => [labels.pod, annotations])).toEqual([
      ['a', { a: 'b' }],
      ['b', {}],
    ]);
    expect({}).not.toHaveProperty('isAdmin');
  });

  it('nested deeper than anybody writes is read without harm', async () => {
    const deep = `${'{"a":'.repeat(50_000)}1${'}'.repeat(50_000)}`;
    expect((await post(`{"alerts":[],"deep":${deep}}`)).statusCode).toBe(202);
  });
});

describe('while Temporal does not answer', () => {
  it('a delivery is answered 503 with Retry-After, and the redelivered one is taken', async () => {
    intake.isDown = true;
    const refused = await post(aWebhook());
    expect(refused.headers['retry-after']).toBe('5');
    expect(refused.json()).toMatchObject({
      status: 503,
      code: 'TEMPORAL_UNAVAILABLE',
      detail: expect.stringContaining('refused'),
    });
    intake.isDown = false;
    expect((await post(aWebhook())).json()).toEqual({ ...nothing, accepted: 1 });
  });

  it('a resolved alert is answered 503 too', async () => {
    intake.isDown = true;
    expect((await post(aWebhook([pod('a', { status: 'resolved' })]))).statusCode).toBe(503);
  });

  it('/livez is well', async () => {
    intake.isDown = true;
    expect((await app.inject('/livez')).statusCode).toBe(200);
  });
});
