import { createServer } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import { actions } from '../../activities/actions/index.ts';
import { startApi } from '../../api/main.ts';
import { loadConfig } from '../../config/config.ts';
import { asAlertmanager, aWebhook, intakeToken, personToken } from '../support/api.ts';

const env = {
  MENDFLOW_INTAKE_TOKENS: intakeToken,
  MENDFLOW_API_TOKENS: `ada=${personToken}`,
  MENDFLOW_API_PORT: '0',
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
