import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Notification } from '../../../activities/contract.ts';
import { alertsOf, webhookSchema } from '../../../domain/alert/intake.ts';
import { deliver } from '../../../sandbox/demo/deliver.ts';
import { openMendflowApi } from '../../../sandbox/demo/mendflow-api.ts';
import { openPager } from '../../../sandbox/demo/pager.ts';

let server: Server;
let url: string;
let answer: { status: number; body: unknown };
let asked: { path: string | undefined; authorization: string | undefined; body: string }[];

async function bodyOf(request: IncomingMessage): Promise<string> {
  let body = '';
  for await (const chunk of request) body += chunk;
  return body;
}

beforeEach(async () => {
  asked = [];
  answer = { status: 202, body: {} };
  server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      asked.push({ path: request.url, authorization: request.headers.authorization, body });
      response.writeHead(answer.status).end(JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const labels = { alertname: 'PodCrashLooping', namespace: 'shop', pod: 'payments-1', severity: 'critical' };
const product = () => ({ url, intakeToken: 'intake', person: 'demo', personToken: 'person' });

describe('an alert that the demo delivers itself', () => {
  it('is an Alertmanager webhook that the intake takes', async () => {
    await deliver({ product: product() }, labels);
    expect(asked[0]).toMatchObject({ path: '/webhook', authorization: 'Bearer intake' });
    const body = webhookSchema.parse(JSON.parse(asked[0]?.body ?? ''));
    const { alerts, rejected } = alertsOf(body, { cluster: 'sandbox', receivedAt: '2026-03-01T10:00:00Z' });
    expect(rejected).toEqual([]);
    expect(alerts).toMatchObject([{ alertname: 'PodCrashLooping', status: 'firing', labels }]);
  });

  it('fails with the answer when it is not taken', async () => {
    answer = { status: 503, body: { title: 'Temporal does not answer' } };
    await expect(deliver({ product: product() }, labels)).rejects.toThrow('the webhook answered 503');
  });
});

describe('the API as the demo uses it', () => {
  it('is asked with the person’s token and an encoded id', async () => {
    answer = { status: 200, body: { answer: 'taken' } };
    const said = await openMendflowApi(product()).send('remediation/a/b/c', 'approve', { digest: 'd' });
    expect(said).toBe('taken');
    expect(asked[0]).toEqual({
      path: '/v1/remediations/remediation%2Fa%2Fb%2Fc/approve',
      authorization: 'Bearer person',
      body: '{"digest":"d"}',
    });
  });

  it('fails with the words of the problem document', async () => {
    answer = { status: 409, body: { title: 'The run is past this question', detail: 'it ended' } };
    await expect(openMendflowApi(product()).show('x')).rejects.toThrow('409 The run is past this question: it ended');
  });
});

describe('the pager', () => {
  it('hands on what it is told', async () => {
    const heard: Notification[] = [];
    const pager = await openPager((notification) => heard.push(notification));
    try {
      const body = JSON.stringify({ kind: 'escalation', summary: 'help' });
      const { status } = await fetch(pager.receiver.url, { method: 'POST', body });
      expect(status).toBe(200);
      expect(heard).toEqual([{ kind: 'escalation', summary: 'help' }]);
    } finally {
      await pager.close();
    }
  });
});
