import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { asAda, asAlertmanager, intakeToken } from '../support/api.ts';
import { aPolicyDocument } from '../support/builders.ts';
import { anAlertWith, deliver } from '../support/product/alerts.ts';
import { slowestAnswerMs } from '../support/product/probes.ts';
import { until } from '../support/product/until.ts';
import { startWithoutCluster, type WithoutCluster } from '../support/product/without-cluster.ts';

let product: WithoutCluster;
const sockets: Socket[] = [];
beforeAll(async () => {
  product = await startWithoutCluster();
}, 120_000);
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
});
afterAll(() => product?.stop(), 60_000);

/** Connections of one peer that send one request and then nothing; resolves when each is open or was closed. */
async function holdConnections(localAddress: string, count: number): Promise<void> {
  const { hostname: host, port } = new URL(product.url);
  const open = () =>
    new Promise<void>((resolve) => {
      const socket = connect({ host, port: Number(port), localAddress });
      sockets.push(socket);
      socket.on('error', () => resolve());
      socket.once('connect', () => {
        socket.write('GET /livez HTTP/1.1\r\nHost: x\r\n\r\n');
        resolve();
      });
    });
  await Promise.all(Array.from({ length: count }, open));
}

const slowestProbeMs = (work: Promise<unknown>) => slowestAnswerMs(`${product.probeUrl}/livez`, work);

let last = 0;
const aDelivery = () => {
  last += 1;
  return deliver(product.url, [anAlertWith({ alertname: 'Fresh', namespace: 'shop', pod: `checkout-${last}` })]);
};

describe('connections that stay idle', () => {
  it('of one peer leave room for a delivery at once', async () => {
    await holdConnections('127.0.0.2', 1_100);
    expect(await aDelivery()).toMatchObject({ status: 202 });
  }, 30_000);

  it('of many peers, which fill the api, starve no probe, and a delivery gets in within seconds', async () => {
    for (let peer = 2; peer < 9; peer += 1) await holdConnections(`127.0.0.${peer}`, 200);
    const isTaken = until('a delivery is taken', async () => (await aDelivery()).status === 202, 15_000);
    expect(await slowestProbeMs(isTaken)).toBeLessThan(2_000);
  }, 30_000);
});

/** The status of an answer to a body, once it is there. */
const statusOf = (path: string, headers: Record<string, string>, body: string) =>
  fetch(`${product.url}${path}`, {
    ...{ method: 'POST', headers: { ...headers, 'content-type': 'application/json' }, body },
    signal: AbortSignal.timeout(30_000),
  }).then(({ status }) => status);

describe('policies that are made to be hard to lint', () => {
  it('hold up no delivery and no probe while they are linted', async () => {
    const letters = [...'abcdefghijklmnopqrstuvwxyz'.repeat(8)].map((letter) => `${letter}?`).join('');
    const policy = (n: number) =>
      JSON.stringify({
        ...aPolicyDocument({ match: { alerts: [`alertname=~".{${n}}${letters}zz"`, 'pod=~"(.*a){30}(.*b){30}.*"'] } }),
        metadata: { name: `p${n}` },
      });
    const text = Array.from({ length: 60 }, (_, n) => policy(n + 1)).join('\n---\n');
    const lint = () => statusOf('/v1/policies/lint', asAda, JSON.stringify({ text }));
    let isOver = false;
    const linted = Promise.all([lint(), lint(), lint()]).finally(() => {
      isOver = true;
    });
    let slowestDeliveryMs = 0;
    let deliveries = 0;
    const delivering = async () => {
      const startMs = performance.now();
      expect(await aDelivery()).toMatchObject({ status: 202 });
      slowestDeliveryMs = Math.max(slowestDeliveryMs, performance.now() - startMs);
      deliveries += 1;
    };
    const sending = (async () => {
      while (!isOver) await delivering();
    })();
    const ready = slowestAnswerMs(`${product.probeUrl}/readyz`, linted);
    const [statuses, slowestReadyMs] = await Promise.all([linted, ready, sending]);
    // Two are linted at once, or given up after 8 s; for the third there is no room.
    const answers = statuses.sort();
    expect([200, 422]).toEqual(expect.arrayContaining(answers.slice(0, 2)));
    expect(answers[2]).toBe(503);
    expect(deliveries).toBeGreaterThan(1);
    expect(Math.max(slowestReadyMs, slowestDeliveryMs)).toBeLessThan(2_000);
  }, 60_000);
});

describe('a delivery one of whose alerts has a prototype key', () => {
  it.each([
    ['as a label', '{"labels":{"alertname":"Odd","__proto__":"x"}}', 1],
    ['as a label that is an object', '{"labels":{"alertname":"Odd","__proto__":{"isAdmin":true}}}', 1],
    ['as its own field', '{"__proto__":{"status":"resolved"},"labels":{"alertname":"OddField"}}', 0],
    ['as an annotation', '{"annotations":{"__proto__":{"a":1}},"labels":{"alertname":"OddNote"}}', 0],
  ])('is not refused for it: %s', async (place, odd, rejectedCount) => {
    const good = JSON.stringify({ labels: { alertname: 'Fresh', namespace: 'shop', beside: place } });
    const answer = await fetch(`${product.url}/v1/alerts`, {
      ...{ method: 'POST', headers: { ...asAlertmanager, 'content-type': 'application/json' } },
      body: `{"version":"4","__proto__":{"alerts":[]},"alerts":[${odd},${good}]}`,
    });
    expect(answer.status).toBe(202);
    expect(await answer.json()).toMatchObject({ accepted: 2 - rejectedCount, rejectedCount });
  });
});

describe('a secret that stands in two places', () => {
  it('is no start: both places are named, and the secret is not', async () => {
    const env = {
      ...{ MENDFLOW_INTAKE_TOKENS: `alertmanager=${intakeToken}`, MENDFLOW_API_TOKENS: `ada=${intakeToken}` },
      ...{ MENDFLOW_API_PORT: '0', MENDFLOW_API_PROBE_PORT: '0' },
    };
    const main = join(import.meta.dirname, '..', '..', 'cli', 'main.ts');
    // Without an answer that is true it is waited for until it ends.
    const started = product.sandbox.run('one-secret', process.execPath, [main, 'serve', 'api'], {
      ...{ env, ready: async () => false },
    });
    const error = (await started.catch((cause: unknown) => cause)) as Error;
    expect(error.message).toMatch(/^one-secret ended with exit code [1-9]/);
    expect(error.message).toContain('api.tokens (ada): holds the same secret as api.intakeTokens (alertmanager)');
    expect(error.message).not.toContain(intakeToken);
  }, 40_000);
});

describe('a body that is made to fill the memory', () => {
  const mebibytes = (text: string, count: number) => text.repeat(Math.floor((count * 1_048_576) / text.length));
  const webhook = (alerts: string) => `{"version":"4","status":"firing","alerts":[${alerts}]}`;

  it.each([
    ['16 MiB of empty arrays', webhook(`${mebibytes('[],', 16)}[]`)],
    ['3 MiB of empty arrays', webhook(`${mebibytes('[],', 3)}[]`)],
    ['3 MiB of one nested array', webhook(mebibytes('[', 3))],
    ['3 MiB of prototype keys', webhook(`${mebibytes('{"__proto__":0},', 3)}{}`)],
    ['3 MiB of one label', webhook(`{"labels":{"alertname":"${mebibytes('x', 3)}"}}`)],
  ])(
    '%s, 16 times at once, is refused while probes answer, and the next delivery is taken',
    async (_, body) => {
      const { pid } = product.sandbox.process('api');
      const send = () =>
        fetch(`${product.url}/v1/alerts`, {
          ...{ method: 'POST', headers: { ...asAlertmanager, 'content-type': 'application/json' }, body },
          signal: AbortSignal.timeout(15_000),
          // A refused body is not read to its end: then the connection may be closed before the answer is seen.
        }).then(
          ({ status }) => status,
          () => 0,
        );
      const sent = Promise.all(Array.from({ length: 16 }, send));
      expect(await slowestProbeMs(sent)).toBeLessThan(2_000);
      expect(await sent).not.toContain(500);
      await until('a delivery is taken', async () => (await aDelivery()).status === 202);
      expect(product.sandbox.process('api')).toMatchObject({ pid, isRunning: true });
    },
    30_000,
  );
});
