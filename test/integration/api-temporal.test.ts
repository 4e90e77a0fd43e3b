import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { temporalPorts } from '../../api/temporal/index.ts';
import { hubTaskQueue } from '../../domain/run/contract.ts';
import { eventually } from '../../sandbox/process.ts';
import { anApp, asAlertmanager, aWebhook } from '../support/api.ts';
import { type ApiOnTemporal, freshAlert, startApiOnTemporal } from '../support/api-on-temporal.ts';

let api: ApiOnTemporal;

beforeAll(async () => {
  api = await startApiOnTemporal();
}, 120_000);

afterAll(() => api?.stop(), 60_000);

describe('a delivery', () => {
  it('starts one run; a repeat within ten seconds adds nothing to it, and one that began otherwise joins it', async () => {
    const { item, id } = freshAlert();
    expect(await api.deliver([item])).toMatchObject({ status: 202, body: { accepted: 1, duplicates: 0 } });
    for (const repeat of [item, item, { ...item, startsAt: '2026-03-01T09:58:30Z' }]) {
      expect(await api.deliver([repeat])).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 1 } });
    }
    expect(await eventually(async () => (await api.runsOf(id)) === 1, 10_000)).toBe(true);
    expect(await api.signalsOf(id)).toEqual(['alert']);
  });

  it('gives the run search attributes and a summary before any worker sees it', async () => {
    const { item, id } = freshAlert();
    await api.deliver([item]);
    const run = await api.temporal.workflow.getHandle(id).describe();
    expect(Object.fromEntries(run.typedSearchAttributes.getAll().map(({ key, value }) => [key.name, value]))).toEqual({
      AlertName: 'MemoryLeakDetected',
      Cluster: 'default',
      KubeNamespace: 'shop',
      Phase: 'Verifying',
    });
    expect(await run.staticSummary()).toBe('shop/checkout-1 MemoryLeakDetected');
    expect(run.taskQueue).toBe(hubTaskQueue);
  });

  it('tells a running run that its alert is resolved, and starts none for a resolved alert', async () => {
    const known = freshAlert();
    const unknown = freshAlert();
    await api.deliver([known.item]);
    const resolved = [known, unknown].map(({ item }) => ({ ...item, status: 'resolved' }));
    expect(await api.deliver(resolved)).toMatchObject({ status: 202, body: { resolved: 1, unmatched: 1 } });
    expect(await api.signalsOf(known.id)).toEqual(['resolved']);
    await expect(api.temporal.workflow.getHandle(unknown.id).describe()).rejects.toThrow('not found');
  });

  it('starts a new run when the last one of the alert has ended', async () => {
    const { item, id } = freshAlert();
    await api.deliver([item]);
    await api.temporal.workflow.getHandle(id).terminate('for the test');
    const again = { ...item, startsAt: '2026-03-01T10:30:00Z' };
    expect(await api.deliver([again])).toMatchObject({ body: { accepted: 1, duplicates: 0 } });
    expect(await eventually(async () => (await api.runsOf(id)) === 2, 10_000)).toBe(true);
  });

  it.each([
    ['control characters and half characters', { namespace: 'a\u0000b\n\ud800', team: '\u0007' }],
    ['quotes and percent signs', { namespace: `'; DROP TABLE x; --"\\%s%00` }],
    ['a name far too long for an id', { alertname: `${'ü'.repeat(2_000)}` }],
    ['values at their limit', Object.fromEntries(Array.from({ length: 15 }, (_, i) => [`l${i}`, 'x'.repeat(2_048)]))],
    ['a cluster that is an ARN', { cluster: 'arn:aws:eks:eu-west-1:1234:cluster/prod' }],
  ])('is held whole with labels that hold %s', async (_what, labels) => {
    expect(await api.deliver([freshAlert(labels).item])).toMatchObject({
      status: 202,
      body: { accepted: 1, rejectedCount: 0 },
    });
  });

  it('larger than one deadline allows is held by and by: repeats go on where the last one stopped', async () => {
    const hurried = await anApp({ ...api.ports, now: Date.now, limits: { deliveryDeadlineMs: 300, maxStarts: 4 } });
    const alerts = Array.from({ length: 400 }, () => freshAlert({ namespace: 'large' }).item);
    const statuses: number[] = [];
    const isTaken = await eventually(async () => {
      const request = {
        method: 'POST',
        url: '/v1/alerts',
        headers: asAlertmanager,
        payload: aWebhook(alerts),
      } as const;
      statuses.push((await hurried.inject(request)).statusCode);
      return statuses.at(-1) === 202;
    }, 60_000);
    await hurried.close();
    expect(isTaken).toBe(true);
    expect(new Set(statuses.slice(0, -1))).toEqual(new Set([503]));
    const query = "KubeNamespace = 'large'";
    expect(await eventually(async () => (await api.temporal.workflow.count(query)).count === 400, 20_000)).toBe(true);
  }, 90_000);
});

describe('a namespace without our search attributes', () => {
  it('is not ready, and deliveries are answered 503 with the reason', async () => {
    await api.temporal.workflowService.registerNamespace({
      namespace: 'bare',
      workflowExecutionRetentionPeriod: { seconds: 86_400 as never },
    });
    const { address } = api.sandbox.temporal;
    const bare = temporalPorts(
      { address, namespace: 'bare', tls: false, identity: 'api-test' },
      {
        cluster: 'default',
        keys: [],
        installation: { name: 'default', keys: [] },
        now: Date.now,
      },
    );
    const other = await anApp({ ...bare, now: Date.now });
    const request = { method: 'POST', url: '/v1/alerts', headers: asAlertmanager, payload: aWebhook() } as const;
    const isKnown = async () => !(await other.inject(request)).body.includes('there is no namespace');
    expect(await eventually(isKnown, 20_000)).toBe(true);
    expect((await other.inject(request)).json()).toMatchObject({
      status: 503,
      detail: expect.stringMatching(/search attribute/i),
    });
    expect((await other.inject('/readyz')).json()).toMatchObject({
      status: 503,
      detail: expect.stringContaining('search attributes: '),
    });
    await other.close();
    await bare.close();
  }, 60_000);
});

describe('while Temporal is away', () => {
  const unavailable = { status: 503, retryAfter: '5', body: { code: 'TEMPORAL_UNAVAILABLE' } };
  const { item, id } = freshAlert();
  const many = Array.from({ length: 300 }, () => freshAlert().item);

  it('a Temporal that hangs gives 503 with Retry-After inside the bound, for one alert and for many', async () => {
    const { pid } = api.sandbox.process('temporal');
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await Promise.all([api.deliver([item]), api.deliver(many)])).toMatchObject([unavailable, unavailable]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }, 20_000);

  it('a stopped Temporal gives 503 with Retry-After inside the bound, and only /readyz minds', async () => {
    await api.sandbox.kill('temporal');
    expect(await Promise.all([api.deliver([item]), api.deliver(many)])).toMatchObject([unavailable, unavailable]);
    expect((await api.get('/readyz?verbose')).body).toMatchObject({ status: 503, code: 'TEMPORAL_UNAVAILABLE' });
    expect((await fetch(`${api.url}/livez`)).status).toBe(200);
  }, 20_000);

  it('when it is back, the redelivered alert starts one run', async () => {
    await api.sandbox.restart('temporal');
    const isTaken = () => api.deliver([item]).then(({ status }) => status === 202);
    expect(await eventually(isTaken, 20_000)).toBe(true);
    expect(await api.deliver([item])).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 1 } });
    expect(await eventually(async () => (await api.runsOf(id)) === 1, 10_000)).toBe(true);
    expect((await fetch(`${api.url}/readyz`)).status).toBe(200);
  }, 40_000);
});
