import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { MendflowError } from '../../domain/run/errors.ts';
import { anAlertItem, anApp, asAda } from '../support/api.ts';
import { anAlert } from '../support/builders.ts';
import { FakeExplain } from '../support/explaining.ts';

let port: FakeExplain;
let app: FastifyInstance;
beforeEach(async () => {
  port = new FakeExplain();
  app = await anApp({ explain: port });
});

const explain = (payload: object, headers: Record<string, string> = asAda) =>
  app.inject({ method: 'POST', url: '/v1/policies/explain', headers, payload });

describe('explaining an alert over the api', () => {
  it('answers the whole explanation', async () => {
    const answer = await explain({ alert: anAlertItem() });
    expect([answer.statusCode, answer.json()]).toEqual([200, port.explanation]);
  });

  it('reads the alert as the intake does', async () => {
    await explain({ alert: { labels: { alertname: 'A', namespace: 'shop', pod: '', cluster: 'prod' } } });
    expect(port.alerts).toMatchObject([
      { alertname: 'A', cluster: 'prod', status: 'firing', receivedAt: '2026-03-01T10:00:00.000Z' },
    ]);
    expect(port.alerts[0]?.labels).toEqual({ alertname: 'A', namespace: 'shop', cluster: 'prod' });
  });

  it('takes the alert of a run', async () => {
    expect((await explain({ run: 'remediation/default/PodCrashLooping/a1b2c3d4' })).statusCode).toBe(200);
    expect(port.alerts).toEqual([anAlert()]);
  });

  it.each([
    [
      'an alert without a name',
      { alert: { labels: { pod: 'x' } } },
      400,
      'INVALID_ALERT',
      'body.alert.labels.alertname',
    ],
    [
      'a forbidden label',
      { alert: JSON.parse('{"labels":{"alertname":"A","__proto__x":"y","constructor":"z"}}') },
      400,
      'INVALID_ALERT',
      'constructor',
    ],
    ['neither an alert nor a run', {}, 400, 'INVALID_REQUEST', 'body'],
    ['a run that does not exist', { run: 'guard/default' }, 400, 'INVALID_REQUEST', 'body'],
    ['an unknown run', { run: 'remediation/default/A/0' }, 404, 'NOT_FOUND', 'remediation/default/A/0'],
  ])('refuses %s', async (_, body, status, code, detail) => {
    const answer = await explain(body);
    expect(answer.json()).toMatchObject({ status, code, detail: expect.stringContaining(detail) });
  });

  it('answers 503 with what to do when no worker looks', async () => {
    port.explanation = new MendflowError('WORKER_UNAVAILABLE', 'No worker of the cluster prod took it up in time.');
    const answer = await explain({ alert: anAlertItem() });
    expect(answer.json()).toMatchObject({
      status: 503,
      code: 'WORKER_UNAVAILABLE',
      fix: expect.stringContaining('serve worker'),
    });
  });

  it('is for people with a token only', async () => {
    expect((await explain({ alert: anAlertItem() }, {})).statusCode).toBe(401);
  });
});
