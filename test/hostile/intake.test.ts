import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { asAlertmanager } from '../support/api.ts';
import { anAlertWith, deliver } from '../support/product/alerts.ts';
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

/** The longest that a probe took, asked one after the other while the work runs. Every one must be answered 200. */
async function slowestProbeMs(work: Promise<unknown>): Promise<number> {
  let isOver = false;
  const watched = work.finally(() => {
    isOver = true;
  });
  let slowestMs = 0;
  while (!isOver) {
    const startMs = performance.now();
    const answer = await fetch(`${product.probeUrl}/livez`, { signal: AbortSignal.timeout(10_000) });
    expect(await answer.text()).toBe('ok');
    slowestMs = Math.max(slowestMs, performance.now() - startMs);
  }
  await watched;
  return slowestMs;
}

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
