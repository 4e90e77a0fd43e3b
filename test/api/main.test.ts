import { connect, createServer, type Socket } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { actions } from '../../activities/actions/index.ts';
import { startApi } from '../../api/main.ts';
import { loadConfig } from '../../config/config.ts';
import { eventually } from '../../sandbox/process.ts';
import { asAlertmanager, aWebhook, intakeToken, personToken } from '../support/api.ts';

const env = {
  MENDFLOW_INTAKE_TOKENS: intakeToken,
  MENDFLOW_API_TOKENS: `ada=${personToken}`,
  MENDFLOW_API_PORT: '0',
  MENDFLOW_API_PROBE_PORT: '0',
  MENDFLOW_LOG_LEVEL: 'silent',
  // Nobody listens on the discard port.
  TEMPORAL_ADDRESS: '127.0.0.1:9',
};

describe('the api', () => {
  it('starts without Temporal: it is alive, not ready, and lets deliveries come again', async () => {
    const api = await startApi(loadConfig({ env, parts: ['api'] }), actions);
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
    await expect(fetch(`${api.url}/livez`)).rejects.toThrow();
  }, 20_000);

  it('stays alive for its probes while others hold every connection, and closes what is idle within 5 s', async () => {
    const most = 60;
    const config = loadConfig({ env: { ...env, MENDFLOW_API_MAX_CONNECTIONS: String(most) }, parts: ['api'] });
    const api = await startApi(config, actions);
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
      await expect(fetch(`${api.url}/livez`)).rejects.toThrow();
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

  it('says on /readyz?verbose whether there is a key to sign with, and what to set', async () => {
    const checksOf = async (more: Record<string, string>) => {
      const api = await startApi(loadConfig({ env: { ...env, ...more }, parts: ['api'] }), actions);
      try {
        const { checks } = (await (await fetch(`${api.url}/readyz?verbose`)).json()) as { checks: { name: string }[] };
        return checks.find(({ name }) => name === 'signing key');
      } finally {
        await api.close();
      }
    };
    const missing = { isOk: true, isWarning: true, detail: expect.stringContaining('MENDFLOW_APPROVAL_KEY') };
    expect(await checksOf({})).toMatchObject(missing);
    const two = `new:${'a'.repeat(32)},old:${'b'.repeat(32)}`;
    expect(await checksOf({ MENDFLOW_APPROVAL_KEY: two })).toMatchObject({ detail: 'new signs, 1 more verify' });
  }, 20_000);

  it('does not start on a port that is taken', async () => {
    const other = createServer();
    const port = await new Promise<number>((resolve) => {
      other.listen(0, '127.0.0.1', () => resolve((other.address() as { port: number }).port));
    });
    const config = loadConfig({ env: { ...env, MENDFLOW_API_PORT: String(port) }, parts: ['api'] });
    await expect(startApi(config, actions)).rejects.toThrow('EADDRINUSE');
    await new Promise((resolve) => other.close(resolve));
  });
});
