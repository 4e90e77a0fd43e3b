import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from '@jest/globals';
import { alertsOf, type Webhook } from '../../domain/alert/intake.ts';
import { openIntake } from '../../watcher/intake.ts';
import { aLedger, aRawPod, seen, startMs } from './builders.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** An intake that answers so; what it was asked. */
async function anIntake(status: number, { body = '{}', headers = {} } = {}) {
  const asked: { path: string | undefined; headers: IncomingHttpHeaders; body: unknown }[] = [];
  const server = createServer((request, response) => {
    json(request).then(
      (given) => {
        asked.push({ path: request.url, headers: request.headers, body: given });
        response.writeHead(status, headers).end(body);
      },
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const intake = openIntake({ url, token: 'secret-of-sixteen' });
  closers.push(() => new Promise((resolve) => server.close(resolve)), intake.close);
  return { intake, asked };
}

const { ledger, put } = aLedger();
ledger.see('pods', seen('pod', aRawPod('oom')), startMs);

describe('a delivery', () => {
  it('is a webhook that the intake understands whole', async () => {
    const { intake, asked } = await anIntake(202);
    expect(await intake.post(put)).toEqual({ result: 'taken' });
    expect(asked[0]).toMatchObject({ path: '/v1/alerts', headers: { authorization: 'Bearer secret-of-sixteen' } });
    const reading = { cluster: 'other', receivedAt: '2026-03-01T10:00:01Z' };
    const { alerts, rejected } = alertsOf(asked[0]?.body as Webhook, reading);
    expect(rejected).toEqual([]);
    const { endsAt: _, generatorURL: __, ...alert } = put[0] ?? { endsAt: '', generatorURL: '' };
    const read = { alertname: 'MendflowPodOOMKilled', cluster: 'test', receiver: 'watcher' };
    expect(alerts).toEqual([{ ...alert, ...read, receivedAt: reading.receivedAt }]);
  });

  it.each([
    [503, { headers: { 'retry-after': '2' } }, { result: 'putOff', retryAfterMs: 2_000 }],
    [500, {}, { result: 'putOff' }],
    [429, {}, { result: 'putOff' }],
    [401, {}, { result: 'refused' }],
    [404, {}, { result: 'refused' }],
    [202, { body: '{"rejectedCount":1}' }, { result: 'taken', detail: '1 alerts were rejected' }],
  ])('answered %i', async (status, answer, posted) => {
    const { intake } = await anIntake(status, answer);
    expect(await intake.post(put)).toMatchObject(posted);
  });

  it('to nobody is put off', async () => {
    const intake = openIntake({ url: 'http://127.0.0.1:1' });
    closers.push(intake.close);
    expect(await intake.post(put)).toMatchObject({ result: 'putOff', detail: expect.stringContaining('ECONNREFUSED') });
  });
});
