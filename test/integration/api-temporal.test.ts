import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Client, Connection } from '@temporalio/client';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { FastifyInstance } from 'fastify';
import { type TemporalPorts, temporalPorts } from '../../api/temporal.ts';
import { hubTaskQueue } from '../../domain/contract.ts';
import { eventually } from '../../sandbox/process.ts';
import { type Sandbox, startSandbox } from '../../sandbox/sandbox.ts';
import { anAlertItem, anApp, asAda, asAlertmanager, aWebhook } from '../support/api.ts';

let sandbox: Sandbox;
let ports: TemporalPorts;
let app: FastifyInstance;
let url: string;
let connection: Connection;
let temporal: Client;

beforeAll(async () => {
  sandbox = await startSandbox({ parts: ['temporal'] });
  const { address, uiUrl } = sandbox.temporal;
  ports = temporalPorts(
    { address, namespace: 'default', tls: false, uiUrl, identity: 'api-test' },
    'default',
    Date.now,
  );
  app = await anApp({ ...ports, now: Date.now });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
  connection = await Connection.connect({ address });
  temporal = new Client({ connection });
}, 120_000);

afterAll(async () => {
  await app?.close();
  await ports?.close();
  await connection?.close();
  await sandbox?.stop();
}, 60_000);

async function post(path: string, body: unknown, headers: Record<string, string> = asAlertmanager) {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(8_000),
  });
  return {
    status: response.status,
    retryAfter: response.headers.get('retry-after'),
    body: (await response.json()) as never,
  };
}

async function get(path: string) {
  const response = await fetch(`${url}${path}`, { headers: asAda });
  return { status: response.status, body: (await response.json()) as never };
}

const deliver = (alerts: unknown[]) => post('/v1/alerts', aWebhook(alerts));

let last = 0;
/** An alert of its own: a fresh fingerprint, so a fresh workflow id. */
function fresh(labels: Record<string, string> = {}) {
  last += 1;
  const fingerprint = last.toString(16).padStart(16, '0');
  const id = `remediation/default/MemoryLeakDetected/${fingerprint}`;
  return { item: anAlertItem({ fingerprint, labels }), id, path: `/v1/remediations/${encodeURIComponent(id)}` };
}

async function runsOf(id: string): Promise<number> {
  const { count } = await temporal.workflow.count(`WorkflowId = '${id}'`);
  return count;
}

async function signalsOf(id: string): Promise<string[]> {
  const { events } = await temporal.workflow.getHandle(id).fetchHistory();
  return (events ?? []).flatMap((event) => event.workflowExecutionSignaledEventAttributes?.signalName ?? []);
}

describe('a delivery', () => {
  it('starts one run, and its repeat joins that run by a signal', async () => {
    const { item, id } = fresh();
    expect(await deliver([item])).toMatchObject({ status: 202, body: { accepted: 1, duplicates: 0 } });
    expect(await deliver([item])).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 1 } });
    expect(await eventually(async () => (await runsOf(id)) === 1, 10_000)).toBe(true);
    expect(await signalsOf(id)).toEqual(['alert', 'alert']);
  });

  it('gives the run search attributes and a summary before any worker sees it', async () => {
    const { item, id } = fresh();
    await deliver([item]);
    const run = await temporal.workflow.getHandle(id).describe();
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
    const known = fresh();
    const unknown = fresh();
    await deliver([known.item]);
    const resolved = [known, unknown].map(({ item }) => ({ ...item, status: 'resolved' }));
    expect(await deliver(resolved)).toMatchObject({ status: 202, body: { resolved: 1, unmatched: 1 } });
    expect(await signalsOf(known.id)).toEqual(['alert', 'resolved']);
    await expect(temporal.workflow.getHandle(unknown.id).describe()).rejects.toThrow('not found');
  });

  it('starts a new run when the last one of the alert has ended', async () => {
    const { item, id } = fresh();
    await deliver([item]);
    await temporal.workflow.getHandle(id).terminate('for the test');
    expect(await deliver([item])).toMatchObject({ body: { accepted: 1, duplicates: 0 } });
    expect(await eventually(async () => (await runsOf(id)) === 2, 10_000)).toBe(true);
  });

  it.each([
    ['control characters and half characters', { namespace: 'a\u0000b\n\ud800', team: '\u0007' }],
    ['quotes and percent signs', { namespace: `'; DROP TABLE x; --"\\%s%00` }],
    ['a name far too long for an id', { alertname: `${'ü'.repeat(2_000)}` }],
    [
      'values at their limit',
      Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`l${i}`, '\u0001'.repeat(2_048)])),
    ],
    ['a cluster that is an ARN', { cluster: 'arn:aws:eks:eu-west-1:1234:cluster/prod' }],
  ])('is held whole with labels that hold %s', async (_what, labels) => {
    expect(await deliver([fresh(labels).item])).toMatchObject({ status: 202, body: { accepted: 1, rejectedCount: 0 } });
  });

  it('larger than one deadline allows is held by and by: repeats go on where the last one stopped', async () => {
    const hurried = await anApp({ ...ports, now: Date.now, limits: { deliveryDeadlineMs: 300, maxStarts: 4 } });
    const alerts = Array.from({ length: 400 }, () => fresh({ namespace: 'large' }).item);
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
    expect(await eventually(async () => (await temporal.workflow.count(query)).count === 400, 20_000)).toBe(true);
  }, 90_000);
});

describe('without a worker', () => {
  it('a run shows what Temporal knows of it, and says so', async () => {
    const { item, path } = fresh();
    await deliver([item]);
    const { status, body } = await get(path);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'running', phase: 'Verifying', namespace: 'shop', note: expect.anything() });
  });

  it('a message to a run is answered 503, since nobody can say whether it came in time', async () => {
    const { item, path } = fresh();
    await deliver([item]);
    const answer = await post(`${path}/abort`, {}, asAda);
    expect(answer).toMatchObject({ status: 503, body: { code: 'TEMPORAL_UNAVAILABLE' } });
  }, 15_000);

  it('a pause is held all the same', async () => {
    expect(await post('/v1/guard/pause', { why: 'game day' }, asAda)).toMatchObject({
      status: 200,
      body: { note: expect.stringContaining('does not answer') },
    });
    expect(await signalsOf('guard/default')).toEqual(['pause']);
  }, 15_000);
});

describe('the list', () => {
  it('filters by search attributes and pages through all of them', async () => {
    const ids = Array.from({ length: 5 }, () => fresh({ namespace: 'paged' }));
    await deliver(ids.map(({ item }) => item));
    const path = '/v1/remediations?namespace=paged&phase=Verifying&since=1h&limit=2';
    expect(
      await eventually(async () => (await temporal.workflow.count("KubeNamespace = 'paged'")).count === 5, 10_000),
    ).toBe(true);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { status, body } = await get(`${path}${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      expect(status).toBe(200);
      const page = body as { runs: { id: string }[]; nextCursor?: string };
      seen.push(...page.runs.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.sort()).toEqual(ids.map(({ id }) => id).sort());
  });

  it('answers 400 for a cursor of nowhere', async () => {
    expect(await get('/v1/remediations?cursor=bm93aGVyZQ')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST' },
    });
  });
});

describe('with a worker', () => {
  let worker: Worker;
  let native: NativeConnection;
  let polling: Promise<void>;

  beforeAll(async () => {
    native = await NativeConnection.connect({ address: sandbox.temporal.address });
    worker = await Worker.create({
      connection: native,
      taskQueue: hubTaskQueue,
      workflowsPath: fileURLToPath(new URL('../support/stand-in-workflows.ts', import.meta.url)),
    });
    polling = worker.run();
  }, 60_000);

  afterAll(async () => {
    worker?.shutdown();
    await polling;
    await native?.close();
  }, 60_000);

  it('a run is shown live while it runs and with its record when it has ended; a late answer is refused', async () => {
    const { item, id, path } = fresh();
    await deliver([item]);
    const live = { status: 'running', live: { waitingFor: 'an answer', question: { digest: 'digest-1' } } };
    expect(await eventually(async () => 'live' in (await get(path)).body, 20_000)).toBe(true);
    expect((await get(path)).body).toMatchObject(live);

    const wrong = await post(`${path}/approve`, { digest: 'other' }, asAda);
    expect(wrong).toMatchObject({
      status: 409,
      body: { code: 'TOO_LATE', detail: 'the answer is for another question' },
    });
    const right = await post(`${path}/approve`, { digest: 'digest-1', note: 'go' }, asAda);
    expect(right).toMatchObject({ status: 200, body: { run: id, who: 'ada', answer: 'approve is taken' } });

    expect(await eventually(async () => 'report' in (await get(path)).body, 10_000)).toBe(true);
    expect((await get(path)).body).toMatchObject({
      status: 'completed',
      report: { outcome: 'remediated', summary: 'approved by ada' },
    });
    const late = await post(`${path}/approve`, { digest: 'digest-1' }, asAda);
    expect(late).toMatchObject({ status: 409, body: { code: 'TOO_LATE' } });
  }, 60_000);

  it('a message to a run that never was is answered 404', async () => {
    const { path } = fresh();
    expect(await post(`${path}/abort`, {}, asAda)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await get(path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it('the guard shows its pauses and lifts them', async () => {
    expect(await eventually(async () => 'isPaused' in (await get('/v1/guard')).body, 20_000)).toBe(true);
    expect((await get('/v1/guard')).body).toMatchObject({ isPaused: true, pauses: [{ who: 'ada', why: 'game day' }] });
    expect(await post('/v1/guard/resume', {}, asAda)).toMatchObject({
      status: 200,
      body: { isPaused: false, pauses: [] },
    });
  }, 60_000);
});

describe('while Temporal is away', () => {
  const unavailable = { status: 503, retryAfter: '5', body: { code: 'TEMPORAL_UNAVAILABLE' } };
  const { item, id } = fresh();
  const many = Array.from({ length: 300 }, () => fresh().item);

  it('a Temporal that hangs gives 503 with Retry-After inside the bound, for one alert and for many', async () => {
    await get('/v1/guard');
    const { pid } = sandbox.process('temporal');
    process.kill(pid, 'SIGSTOP');
    try {
      expect(await Promise.all([deliver([item]), deliver(many)])).toMatchObject([unavailable, unavailable]);
    } finally {
      process.kill(pid, 'SIGCONT');
    }
  }, 20_000);

  it('a stopped Temporal gives 503 with Retry-After inside the bound, and only /readyz minds', async () => {
    await sandbox.kill('temporal');
    expect(await Promise.all([deliver([item]), deliver(many)])).toMatchObject([unavailable, unavailable]);
    expect((await get('/readyz?verbose')).body).toMatchObject({ status: 503, code: 'TEMPORAL_UNAVAILABLE' });
    expect((await fetch(`${url}/livez`)).status).toBe(200);
  }, 20_000);

  it('when it is back, the redelivered alert starts one run', async () => {
    await sandbox.restart('temporal');
    const isTaken = () => deliver([item]).then(({ status }) => status === 202);
    expect(await eventually(isTaken, 20_000)).toBe(true);
    expect(await deliver([item])).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 1 } });
    expect(await eventually(async () => (await runsOf(id)) === 1, 10_000)).toBe(true);
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
  }, 40_000);
});
