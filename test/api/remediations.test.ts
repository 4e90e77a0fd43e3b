import { beforeEach, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import type { RunFilter, RunsPort } from '../../api/ports.ts';
import type { HumanMessage, HumanMessageName } from '../../domain/run/contract.ts';
import { type ErrorCode, MendflowError } from '../../domain/run/errors.ts';
import { anApp, asAda } from '../support/api.ts';

const id = 'remediation/default/MemoryLeakDetected/601bf9d256173898';
const path = `/v1/remediations/${encodeURIComponent(id)}`;
const run = {
  id,
  runId: 'b6a1f2f0-5d3c-4f6e-9a51-0d8f3f9c0b11',
  status: 'running',
  startedAt: '2026-03-01T09:59:00.000Z',
};

let filters: RunFilter[];
let sent: { id: string; name: HumanMessageName; message: HumanMessage }[];
let refusal: MendflowError | undefined;
let saidBack: string | undefined;
let app: FastifyInstance;

const runs: RunsPort = {
  async list(filter) {
    filters.push(filter);
    return { runs: [run], nextCursor: 'bmV4dA' };
  },
  async show(asked, runId) {
    if (asked !== id) throw new MendflowError('NOT_FOUND', `There is no run ${asked}.`);
    return { ...run, runId: runId ?? run.runId, note: 'The run does not answer.', webUi: 'http://ui.example/x' };
  },
  async send(to, name, message) {
    if (refusal !== undefined) throw refusal;
    sent.push({ id: to, name, message });
    return saidBack ?? `${name} is taken`;
  },
};

beforeEach(async () => {
  filters = [];
  sent = [];
  refusal = undefined;
  saidBack = undefined;
  app = await anApp({ runs });
});

const get = (url: string) => app.inject({ method: 'GET', url, headers: asAda });
const post = (verb: string, payload?: object, headers: Record<string, string> = {}) =>
  app.inject({
    method: 'POST',
    url: `${path}/${verb}`,
    headers: { ...asAda, ...headers },
    ...(payload && { payload }),
  });

describe('what people are shown', () => {
  it('holds no secret of a label and no sign that cannot be seen, and keeps what an answer needs', async () => {
    const digest = '4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce';
    const shown = {
      ...run,
      alertname: 'Oom\u202e token=kirsche77',
      note: `curl -u ada:kirsche77 ${'\u001b[2J'}`,
      digest,
    };
    app = await anApp({
      runs: { ...runs, show: async () => shown as unknown as Awaited<ReturnType<RunsPort['show']>> },
    });
    const { body } = await get(path);
    expect(body).not.toMatch(/kirsche77|\u202e|\\u001b/);
    expect(JSON.parse(body)).toMatchObject({ id, runId: run.runId, alertname: 'Oom token=[redacted]' });
  });

  it('holds no secret in a problem either', async () => {
    refusal = new MendflowError('TOO_LATE', 'taken by ada, password=kirsche77\n');
    const { body } = await post('abort');
    expect(body).not.toContain('kirsche77');
  });
});

describe('the list of runs', () => {
  it('gives a page and where the next one begins', async () => {
    expect((await get('/v1/remediations')).json()).toEqual({ runs: [run], nextCursor: 'bmV4dA' });
    expect(filters).toEqual([{ limit: 50 }]);
  });

  it('takes every filter', async () => {
    const query = 'phase=Escalated&outcome=escalated&namespace=shop&workload=Deployment/checkout&policy=memory-leak';
    await get(`/v1/remediations?${query}&since=2026-03-01T08:00:00Z&limit=200&cursor=bmV4dA`);
    expect(filters).toEqual([
      {
        phase: 'Escalated',
        outcome: 'escalated',
        namespace: 'shop',
        workload: 'Deployment/checkout',
        policy: 'memory-leak',
        since: '2026-03-01T08:00:00.000Z',
        limit: 200,
        cursor: 'bmV4dA',
      },
    ]);
  });

  it('takes how long ago as since', async () => {
    await get('/v1/remediations?since=1h30m');
    expect(filters[0]?.since).toBe('2026-03-01T08:30:00.000Z');
  });

  it.each([
    'phase=Sleeping',
    'outcome=fine',
    "namespace=shop'%20OR%20'1'='1",
    'namespace=',
    "workload=x'%20OR",
    'policy=%00',
    'since=yesterday',
    'since=9999999999d',
    'limit=0',
    'limit=201',
    'limit=many',
    'cursor=%2E%2E',
    'colour=red',
    'phase=Closed&phase=Escalated',
  ])('answers 400 for %s and asks nobody', async (query) => {
    expect((await get(`/v1/remediations?${query}`)).json()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect(filters).toEqual([]);
  });
});

describe('one run', () => {
  it('is shown by its URL-encoded id', async () => {
    expect((await get(path)).json()).toMatchObject({ ...run, note: 'The run does not answer.' });
  });

  it('is shown for an earlier episode by its run id', async () => {
    const runId = '0f8fad5b-d9cb-469f-a165-70867728950e';
    expect((await get(`${path}?run=${runId}`)).json()).toMatchObject({ runId });
    expect((await get(`${path}?run=latest`)).statusCode).toBe(400);
  });

  it('that is not there is answered 404', async () => {
    const answer = await get('/v1/remediations/remediation%2Fdefault%2FX%2Ff');
    expect(answer.json()).toMatchObject({
      status: 404,
      code: 'NOT_FOUND',
      detail: 'There is no run remediation/default/X/f.',
    });
  });

  it.each(['guard%2Fdefault', 'remediation', 'remediation%2F%00', `remediation%2F${'x'.repeat(300)}`])(
    'cannot be %s',
    async (other) => {
      expect((await get(`/v1/remediations/${other}`)).json()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    },
  );
});

describe('a message to a run', () => {
  it.each([
    ['approve', 'approve', { digest: 'd1' }],
    ['reject', 'reject', { digest: 'd1', note: 'not now' }],
    ['acknowledge', 'acknowledge', {}],
    ['retry', 'retry', undefined],
    ['abort', 'abort', { note: 'stop' }],
    ['take-over', 'takeOver', {}],
  ] as const)('%s reaches it as %s with who, when and an id', async (verb, name, body) => {
    const answer = await post(verb, body);
    expect(answer.statusCode).toBe(200);
    expect(answer.json()).toMatchObject({
      run: id,
      message: name,
      who: 'ada',
      answer: `${name} is taken`,
      isEnough: true,
    });
    const message = { ...body, id: answer.json().id, who: 'ada', at: '2026-03-01T10:00:00.000Z' };
    expect(sent).toEqual([{ id, name, message }]);
  });

  it.each([
    ['another person must approve as well', 'approve is taken; another person must approve as well'],
    ['it was taken before', 'approve was taken already'],
  ])('is not enough where %s', async (_, said) => {
    saidBack = said;
    const answer = await post('approve', { digest: 'd1' });
    expect(answer.json()).toMatchObject({ answer: said, isEnough: false });
  });

  it('keeps the id its sender gives, in the body or as Idempotency-Key', async () => {
    const given = '0f8fad5b-d9cb-469f-a165-70867728950e';
    await post('retry', { id: given });
    await post('retry', {}, { 'idempotency-key': 'click-7' });
    expect(sent.map(({ message }) => message.id)).toEqual([given, 'click-7']);
  });

  it.each([
    ['an answer without the question’s digest', 'approve', {}, {}],
    ['an answer without a body', 'reject', undefined, {}],
    ['who, which only the token says', 'abort', { who: 'root' }, {}],
    ['a note too long', 'abort', { note: 'x'.repeat(1_001) }, {}],
    ['an id of its own making', 'abort', { id: 'x' }, {}],
    ['an Idempotency-Key too long', 'abort', {}, { 'idempotency-key': 'k'.repeat(129) }],
  ])('is answered 400 with %s', async (_what, verb, body, headers: Record<string, string>) => {
    expect((await post(verb, body, headers)).json()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
    expect(sent).toEqual([]);
  });

  it.each([
    ['TOO_LATE', 409],
    ['NOT_FOUND', 404],
    ['TEMPORAL_UNAVAILABLE', 503],
  ] as [ErrorCode, number][])('that ends in %s is answered %i with the run’s own words', async (code, status) => {
    refusal = new MendflowError(code, 'no question is open');
    expect((await post('abort')).json()).toMatchObject({ status, code, detail: 'no question is open' });
  });

  it('nobody knows is answered 404', async () => {
    expect((await post('explode')).json()).toMatchObject({ status: 404, code: 'NOT_FOUND' });
  });
});
