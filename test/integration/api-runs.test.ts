import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bundleWorkflowCode, NativeConnection, Worker } from '@temporalio/worker';
import { guardTaskQueue, hubTaskQueue } from '../../domain/run/contract.ts';
import { eventually } from '../../sandbox/process.ts';
import { asAda } from '../support/api.ts';
import { type ApiOnTemporal, freshAlert, startApiOnTemporal } from '../support/api-on-temporal.ts';

let api: ApiOnTemporal;

beforeAll(async () => {
  api = await startApiOnTemporal();
}, 120_000);

afterAll(() => api?.stop(), 60_000);

describe('without a worker', () => {
  it('a run shows what Temporal knows of it, and says so', async () => {
    const { item, path } = freshAlert();
    await api.deliver([item]);
    const { status, body } = await api.get(path);
    expect(status).toBe(200);
    expect(body).toMatchObject({ status: 'running', phase: 'Verifying', namespace: 'shop', note: expect.anything() });
  });

  it('a message to a run is answered 503, since nobody can say whether it came in time', async () => {
    const { item, path } = freshAlert();
    await api.deliver([item]);
    const answer = await api.post(`${path}/abort`, {}, asAda);
    expect(answer).toMatchObject({ status: 503, body: { code: 'TEMPORAL_UNAVAILABLE' } });
  }, 15_000);

  it('a pause is held all the same', async () => {
    expect(await api.post('/v1/guard/pause', { why: 'game day' }, asAda)).toMatchObject({
      status: 200,
      body: { note: expect.stringContaining('does not answer') },
    });
    expect(await api.signalsOf('guard/default')).toEqual(['pause']);
  }, 15_000);
});

describe('the list', () => {
  it('filters by search attributes and pages through all of them', async () => {
    const ids = Array.from({ length: 5 }, () => freshAlert({ namespace: 'paged' }));
    await api.deliver(ids.map(({ item }) => item));
    const path = '/v1/remediations?namespace=paged&phase=Verifying&since=1h&limit=2';
    expect(
      await eventually(async () => (await api.temporal.workflow.count("KubeNamespace = 'paged'")).count === 5, 10_000),
    ).toBe(true);
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const { status, body } = await api.get(`${path}${cursor === undefined ? '' : `&cursor=${cursor}`}`);
      expect(status).toBe(200);
      const page = body as { runs: { id: string }[]; nextCursor?: string };
      seen.push(...page.runs.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor !== undefined);
    expect(seen.sort()).toEqual(ids.map(({ id }) => id).sort());
  });

  it('answers 400 for a cursor of nowhere, and for one of another list', async () => {
    const { body } = await api.get('/v1/remediations?namespace=paged&limit=1');
    const { nextCursor } = body as { nextCursor: string };
    expect(await api.get(`/v1/remediations?cursor=${nextCursor}`)).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST' },
    });
    expect(await api.get('/v1/remediations?cursor=bm93aGVyZQ')).toMatchObject({
      status: 400,
      body: { code: 'INVALID_REQUEST' },
    });
  });
});

describe('with a worker', () => {
  let workers: Worker[] = [];
  let native: NativeConnection;
  let polling: Promise<unknown>;

  beforeAll(async () => {
    native = await NativeConnection.connect({ address: api.sandbox.temporal.address });
    const connection = native;
    const workflowsPath = fileURLToPath(new URL('../support/stand-in-workflows.ts', import.meta.url));
    const workflowBundle = await bundleWorkflowCode({ workflowsPath });
    const queues = [hubTaskQueue, guardTaskQueue];
    workers = await Promise.all(queues.map((taskQueue) => Worker.create({ connection, taskQueue, workflowBundle })));
    polling = Promise.all(workers.map((worker) => worker.run()));
  }, 60_000);

  afterAll(async () => {
    for (const worker of workers) worker.shutdown();
    await polling;
    await native?.close();
  }, 60_000);

  it('a run is shown live while it runs and with its record when it has ended; a late answer is refused', async () => {
    const { item, id, path } = freshAlert();
    await api.deliver([item]);
    const live = { status: 'running', live: { waitingFor: 'an answer', question: { digest: 'digest-1' } } };
    expect(await eventually(async () => 'live' in (await api.get(path)).body, 20_000)).toBe(true);
    expect((await api.get(path)).body).toMatchObject(live);

    const wrong = await api.post(`${path}/approve`, { digest: 'other' }, asAda);
    expect(wrong).toMatchObject({
      status: 409,
      body: { code: 'TOO_LATE', detail: 'the answer is for another question' },
    });
    const right = await api.post(`${path}/approve`, { digest: 'digest-1', note: 'go' }, asAda);
    expect(right).toMatchObject({ status: 200, body: { run: id, who: 'ada', answer: 'approve is taken' } });

    expect(await eventually(async () => 'report' in (await api.get(path)).body, 10_000)).toBe(true);
    expect((await api.get(path)).body).toMatchObject({
      status: 'completed',
      report: { outcome: 'remediated', summary: 'approved by ada' },
    });
    const late = await api.post(`${path}/approve`, { digest: 'digest-1' }, asAda);
    expect(late).toMatchObject({ status: 409, body: { code: 'TOO_LATE' } });
  }, 60_000);

  it('a message to a run that never was is answered 404', async () => {
    const { path } = freshAlert();
    expect(await api.post(`${path}/abort`, {}, asAda)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    expect(await api.get(path)).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  });

  it('the guard shows its pauses and lifts them', async () => {
    expect(await eventually(async () => 'isPaused' in (await api.get('/v1/guard')).body, 20_000)).toBe(true);
    expect((await api.get('/v1/guard')).body).toMatchObject({
      isPaused: true,
      pauses: [{ who: 'ada', why: 'game day' }],
    });
    expect(await api.post('/v1/guard/resume', {}, asAda)).toMatchObject({
      status: 200,
      body: { isPaused: false, pauses: [] },
    });
  }, 60_000);
});
