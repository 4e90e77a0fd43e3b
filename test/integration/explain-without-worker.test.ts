import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { asAda } from '../support/api.ts';
import { type ApiOnTemporal, freshAlert, startApiOnTemporal } from '../support/api-on-temporal.ts';

let api: ApiOnTemporal;

beforeAll(async () => {
  api = await startApiOnTemporal();
}, 120_000);

afterAll(() => api?.stop(), 60_000);

/** Patient enough for the ten seconds that an explanation may take. */
async function explain(body: object): Promise<{ status: number; body: unknown }> {
  const answer = await fetch(`${api.url}/v1/policies/explain`, {
    ...{ method: 'POST', headers: { ...asAda, 'content-type': 'application/json' }, body: JSON.stringify(body) },
    signal: AbortSignal.timeout(20_000),
  });
  return { status: answer.status, body: await answer.json() };
}

describe('an explanation without a hub worker', () => {
  it('is answered 503 with what to do, also for the alert of a run', async () => {
    const { item, id } = freshAlert();
    await api.deliver([item]);
    const answer = await explain({ run: id });
    expect(answer).toMatchObject({
      status: 503,
      body: { code: 'WORKER_UNAVAILABLE', detail: 'No hub worker answered within 10 s.' },
    });
    const query = "WorkflowType = 'explanation'";
    for await (const { workflowId } of api.temporal.workflow.list({ query })) {
      expect(workflowId).toMatch(/^explain\/default\/[0-9a-f-]{36}$/);
    }
  }, 30_000);

  it('is answered 404 for a run that never was, and for an episode that never was', async () => {
    const { item, id } = freshAlert();
    expect(await explain({ run: id })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
    await api.deliver([item]);
    const runId = '00000000-0000-4000-8000-000000000000';
    expect(await explain({ run: id, runId })).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } });
  }, 30_000);
});
