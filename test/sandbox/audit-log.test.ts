import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { auditedRequests, preciseTimeMs, requestOf } from '../../sandbox/audit-log.ts';

const event = {
  stage: 'ResponseComplete',
  verb: 'create',
  user: { username: 'mendflow-worker' },
  requestURI: '/api/v1/namespaces/shop/pods/cart-0/eviction?fieldManager=mendflow',
  objectRef: { resource: 'pods', namespace: 'shop', name: 'cart-0', subresource: 'eviction' },
  requestObject: { kind: 'Eviction', deleteOptions: { preconditions: { uid: 'uid-of-cart-0' } } },
  responseStatus: { code: 201 },
  requestReceivedTimestamp: '2026-03-01T12:00:00.000250Z',
  stageTimestamp: '2026-03-01T12:00:00.010750Z',
};
const request = (changes: object = {}) => requestOf(JSON.stringify({ ...event, ...changes }));

describe('a line of the audit log', () => {
  it('tells who asked for what, which uid was meant and what the answer was', () => {
    expect(request()).toMatchObject({
      ...{ user: 'mendflow-worker', verb: 'create', resource: 'pods/eviction', namespace: 'shop', name: 'cart-0' },
      ...{ uri: event.requestURI, isDryRun: false, requiredUid: 'uid-of-cart-0', code: 201 },
    });
  });

  it('tells when, with a microsecond’s precision', () => {
    const { receivedAtMs = 0, answeredAtMs = 0 } = request() ?? {};
    expect(answeredAtMs - receivedAtMs).toBeCloseTo(10.5, 2);
  });

  it.each([
    ['?dryRun=All', true],
    ['?fieldManager=mendflow&dryRun=All', true],
    ['?dryRun=All&fieldManager=mendflow', true],
    ['?dryRun=Allow', false],
    ['?note=dryRun=All', false],
  ])('with the query %s is a dry run: %s', (query, isDryRun) => {
    expect(request({ requestURI: `/api/v1/namespaces/shop/pods${query}` })?.isDryRun).toBe(isDryRun);
  });

  it('without a body names no uid', () => {
    expect(request({ requestObject: undefined })).not.toHaveProperty('requiredUid');
  });

  it('of a path that is no resource, or without an answer, leaves that empty', () => {
    const empty = { resource: '', namespace: '', name: '', code: 0 };
    expect(request({ objectRef: undefined, responseStatus: undefined })).toMatchObject(empty);
  });

  it.each(['RequestReceived', 'ResponseStarted'])('at the stage %s is no request that is over', (stage) => {
    expect(request({ stage })).toBeUndefined();
  });

  it('tells of a request that was not let in, which is nobody’s and has one stage only', () => {
    const refused = { stage: 'ResponseStarted', user: {}, responseStatus: { code: 401 } };
    expect(request(refused)).toMatchObject({ user: '', code: 401, uri: event.requestURI });
    expect(request({ ...refused, responseStatus: { code: 403 } })).toBeUndefined();
  });
});

describe('an audit log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mendflow-audit-log-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is read up to the line that is still being written', () => {
    const file = join(folder, 'audit.log');
    const begun = JSON.stringify({ ...event, stage: 'ResponseStarted' });
    writeFileSync(file, `${JSON.stringify(event)}\n${begun}\n${JSON.stringify(event)}\n{"stage":"Resp`);
    expect(auditedRequests(file).map(({ name }) => name)).toEqual(['cart-0', 'cart-0']);
  });

  it('that has nothing yet has no requests', () => {
    const file = join(folder, 'empty.log');
    writeFileSync(file, '');
    expect(auditedRequests(file)).toEqual([]);
  });
});

describe('a precise moment', () => {
  const second = Date.parse('2026-03-01T12:00:07Z');

  it.each([
    ['2026-03-01T12:00:07.123456Z', 123.456],
    ['2026-03-01T12:00:07.5Z', 500],
    ['2026-03-01T12:00:07Z', 0],
    ['2026-03-01T13:00:07.000001+01:00', 0.001],
  ])('of %s is %d ms after its second', (text, afterMs) => {
    expect(preciseTimeMs(text) - second).toBeCloseTo(afterMs, 2);
  });

  it.each(['', 'yesterday', '2026-03-01'])('does not read "%s"', (text) => {
    expect(preciseTimeMs(text)).toBeNaN();
  });
});
