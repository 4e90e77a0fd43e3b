import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { startApi } from '../../api/main.ts';
import { createLintThread } from '../../cli/lint-thread.ts';
import { type Config, loadConfig } from '../../config/config.ts';
import { eventually } from '../../sandbox/process.ts';
import { asAlertmanager, aWebhook, intakeToken, personToken } from '../support/api.ts';
import { aPolicyDocument } from '../support/builders.ts';

const env = {
  MENDFLOW_INTAKE_TOKENS: intakeToken,
  MENDFLOW_API_TOKENS: `ada=${personToken}`,
  MENDFLOW_API_PORT: '0',
  MENDFLOW_API_PROBE_PORT: '0',
  MENDFLOW_LOG_LEVEL: 'silent',
  // Nobody listens on the discard port.
  TEMPORAL_ADDRESS: '127.0.0.1:9',
};

const lint = createLintThread({ receivers: [], hasFallbackReceiver: false });

/** Why no answer came at all, as the HTTP client names it; `none` where one came. */
const failureOf = (url: string) =>
  fetch(url).then(
    () => 'none',
    (error: { cause?: { code?: string } }) => error.cause?.code,
  );
const noConnection = /^(ECONNREFUSED|ECONNRESET|UND_ERR_SOCKET)$/;

describe('the api', () => {
  it('starts without Temporal: it is alive, not ready, and lets deliveries come again', async () => {
    const api = await startApi(loadConfig({ env, parts: ['api'] }), lint);
    try {
      expect((await fetch(`${api.url}/livez`)).status).toBe(200);
      const ready = await fetch(`${api.url}/readyz`);
      expect([ready.status, ready.headers.get('retry-after')]).toEqual([503, '5']);
      const delivery = await fetch(`${api.url}/v1/alerts`, {
        method: 'POST',
        headers: { ...asAlertmanager, 'content-type': 'application/json' },
        body: JSON.stringify(aWebhook()),
      });
      expect([delivery.status, delivery.headers.get('retry-after')]).toEqual([503, '5']);
    } finally {
      await api.close();
    }
    expect(await failureOf(`${api.url}/livez`)).toMatch(noConnection);
  }, 20_000);

  it('says at its readiness whom it tells where a policy names nobody', async () => {
    const api = await startApi(loadConfig({ env, parts: ['api'] }), lint);
    try {
      const read = await fetch(`${api.probeUrl}/readyz?verbose`);
      expect(await read.text()).toMatch(/receivers.*no receiver is configured/);
    } finally {
      await api.close();
    }
  }, 20_000);

  it('stays alive for its probes while others hold every connection, and closes what is idle within 5 s', async () => {
    const most = 60;
    const config = loadConfig({ env: { ...env, MENDFLOW_API_MAX_CONNECTIONS: String(most) }, parts: ['api'] });
    const api = await startApi(config, lint);
    const sockets: Socket[] = [];
    /** A connection that was served and is kept open, as an attacker without a token can have it. */
    const keep = () =>
      new Promise<void>((resolve) => {
        const socket = connect(Number(new URL(api.url).port), '127.0.0.1', () =>
          socket.write('GET /livez HTTP/1.1\r\nHost: a\r\n\r\n'),
        );
        sockets.push(socket);
        socket.once('data', () => resolve());
        socket.once('error', () => resolve());
        socket.once('close', () => resolve());
      });
    try {
      const openedMs = Date.now();
      await Promise.all(Array.from({ length: most }, keep));
      expect(await failureOf(`${api.url}/livez`)).toMatch(noConnection);
      for (const path of ['/livez', '/metrics']) expect((await fetch(`${api.probeUrl}${path}`)).status).toBe(200);
      expect((await fetch(`${api.probeUrl}/readyz`)).status).toBe(503);
      expect((await fetch(`${api.probeUrl}/v1/alerts`, { method: 'POST' })).status).toBe(404);
      const isBack = async () => (await fetch(`${api.url}/livez`).catch(() => undefined))?.status === 200;
      expect(await eventually(isBack, 8_000)).toBe(true);
      expect(Date.now() - openedMs).toBeLessThan(7_000);
    } finally {
      for (const socket of sockets) socket.destroy();
      await api.close();
    }
  }, 20_000);

  /** What the real api says of one check. */
  const checkOf = async (wanted: string, config: Config) => {
    const api = await startApi(config, lint);
    try {
      const { checks } = (await (await fetch(`${api.url}/readyz?verbose`)).json()) as { checks: { name: string }[] };
      return checks.find(({ name }) => name === wanted);
    } finally {
      await api.close();
    }
  };

  it('says on /readyz?verbose whether there is a key to sign with, and what to set', async () => {
    const checkWith = (more: Record<string, string>) =>
      checkOf('signing key', loadConfig({ env: { ...env, ...more }, parts: ['api'] }));
    const missing = { isOk: true, isWarning: true, detail: expect.stringContaining('MENDFLOW_APPROVAL_KEY') };
    expect(await checkWith({})).toMatchObject(missing);
    const two = `new:${'a'.repeat(32)},old:${'b'.repeat(32)}`;
    expect(await checkWith({ MENDFLOW_APPROVAL_KEY: two })).toMatchObject({ detail: 'new signs, 1 more verify' });
  }, 20_000);

  it('warns on /readyz?verbose that nobody is told, and names the fallback receiver where there is one', async () => {
    const config = loadConfig({ env, parts: ['api'] });
    expect(await checkOf('receivers', config)).toEqual({
      ...{ name: 'receivers', isOk: true, isWarning: true },
      detail: expect.stringContaining('no receiver is configured'),
    });
    const shared = { type: 'webhook' as const, url: 'https://pager.example/v1', allowPrivateNetwork: false };
    const pager = { ...shared, name: 'pager', fallback: true };
    const check = await checkOf('receivers', { ...config, receivers: [pager] });
    expect(check).toMatchObject({ isOk: true, detail: expect.stringContaining('pager') });
    expect(check).not.toHaveProperty('isWarning');
  }, 20_000);

  it('answers at once while somebody lints policies that are made to be hard', async () => {
    const api = await startApi(loadConfig({ env, parts: ['api'] }), lint);
    try {
      const letters = [...'abcdefghijklmnopqrstuvwxyz'.repeat(8)].map((letter) => `${letter}?`).join('');
      const policy = (n: number) =>
        JSON.stringify({
          ...aPolicyDocument({
            match: { alerts: [`alertname=~".{${n}}${letters}zz"`, 'pod=~"(.*a){30}(.*b){30}.*"'] },
          }),
          metadata: { name: `p${n}` },
        });
      const text = [1, 2, 3, 4, 5, 6].map(policy).join('\n---\n');
      const ask = () =>
        fetch(`${api.url}/v1/policies/lint`, {
          method: 'POST',
          headers: { authorization: `Bearer ${personToken}`, 'content-type': 'application/json' },
          body: JSON.stringify({ text }),
        });
      let isOver = false;
      const linted = Promise.all([ask(), ask(), ask()]).finally(() => {
        isOver = true;
      });
      let slowestMs = 0;
      while (!isOver) {
        const askedMs = performance.now();
        expect((await fetch(`${api.url}/livez`)).status).toBe(200);
        slowestMs = Math.max(slowestMs, performance.now() - askedMs);
      }
      expect((await linted).map(({ status }) => status).sort()).toEqual([200, 200, 503]);
      // A generous bound: the machine is shared. On the event loop this took 20 s for each.
      expect(slowestMs).toBeLessThan(5_000);
    } finally {
      await api.close();
    }
  }, 30_000);

  it('does not start on a port that is taken', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    const config = loadConfig({ env: { ...env, MENDFLOW_API_PORT: String(port) }, parts: ['api'] });
    await expect(startApi(config, lint)).rejects.toThrow('EADDRINUSE');
    await new Promise((resolve) => other.close(resolve));
  });
});
