import { describe, expect, it } from '@jest/globals';
import { createLogger } from '../../telemetry/log.ts';
import { createMetrics } from '../../telemetry/metrics.ts';
import { anApp, asAda, FakeIntake, nowMs } from '../support/api.ts';

const down = { name: 'temporal', run: async () => ({ isOk: false, detail: 'connection refused' }) };
const up = { name: 'search attributes', run: async () => ({ isOk: true, detail: 'all are registered' }) };

describe('/livez', () => {
  it('is well whatever Temporal does', async () => {
    const answer = await (await anApp({ readiness: [down] })).inject('/livez');
    expect([answer.statusCode, answer.body]).toEqual([200, 'ok']);
  });
});

describe('/readyz', () => {
  it('is ready when every check passes, and names them when asked', async () => {
    const app = await anApp({ readiness: [up] });
    expect((await app.inject('/readyz')).json()).toEqual({ isReady: true });
    expect((await app.inject('/readyz?verbose')).json()).toEqual({
      isReady: true,
      checks: [{ name: 'search attributes', isOk: true, detail: 'all are registered' }],
    });
  });

  it('takes deliveries in spite of a warning, and shows it when asked', async () => {
    const warning = { name: 'receivers', isOk: true, isWarning: true as const, detail: 'no receiver is configured' };
    const app = await anApp({ readiness: [{ name: 'receivers', run: async () => warning }] });
    const answer = await app.inject('/readyz?verbose');
    expect([answer.statusCode, answer.json().checks]).toEqual([200, [warning]]);
  });

  it('is answered 503 with what failed and why', async () => {
    const answer = await (await anApp({ readiness: [down, up] })).inject('/readyz');
    expect(answer.json()).toMatchObject({ status: 503, detail: 'temporal: connection refused' });
    expect(answer.json().checks).toHaveLength(2);
  });

  it('is said in the log once for each new reason, and when it is over', async () => {
    const said: string[] = [];
    let clockMs = nowMs;
    let detail = 'connection refused';
    const check = { name: 'temporal', run: async () => ({ isOk: detail === '', detail }) };
    const logger = createLogger({ level: 'info', name: 'test' }, { write: (line) => void said.push(line) });
    const app = await anApp({ readiness: [check], logger, now: () => clockMs });
    for (const next of ['connection refused', 'connection refused', 'no namespace', '']) {
      detail = next;
      clockMs += 2_000;
      await app.inject('/readyz');
    }
    const lines = said.map((line) => JSON.parse(line)).filter(({ msg }) => /ready$/.test(msg));
    expect(lines.map(({ level, msg, detail }) => `${level} ${msg} ${detail}`)).toEqual([
      'error not ready temporal: connection refused',
      'error not ready temporal: no namespace',
      'info ready ',
    ]);
  });

  it('looks once a second at most', async () => {
    let looks = 0;
    let clockMs = nowMs;
    const counted = { name: 'temporal', run: async () => ({ isOk: true, detail: String(++looks) }) };
    const app = await anApp({ readiness: [counted], now: () => clockMs });
    await Promise.all([app.inject('/readyz'), app.inject('/readyz')]);
    expect(looks).toBe(1);
    clockMs += 1_001;
    await app.inject('/readyz');
    expect(looks).toBe(2);
  });
});

describe('/metrics', () => {
  it('counts answers by method, route and status, never by path', async () => {
    const app = await anApp({ metrics: createMetrics({ withProcess: false }) });
    await app.inject({ url: '/v1/remediations/remediation%2Fa%2Fb%2Fsecret', headers: asAda });
    await app.inject('/no/such/path');
    const text = (await app.inject('/metrics')).body;
    expect(text).toContain('{method="GET",route="/v1/remediations/:id",status="404"} 1');
    expect(text).toContain('{method="GET",route="none",status="404"} 1');
    expect(text).not.toContain('secret');
  });
});

describe('every answer', () => {
  it('carries headers that keep browsers strict', async () => {
    const { headers } = await (await anApp()).inject('/livez');
    expect(headers['content-security-policy']).toBe("default-src 'none';frame-ancestors 'none'");
    expect(headers['x-content-type-options']).toBe('nosniff');
  });

  it('to a fault of our own says nothing of the inside', async () => {
    const intake = new FakeIntake();
    intake.start = () => Promise.reject(new TypeError('secret of the inside'));
    const app = await anApp({ intake, tokens: { intake: [], people: [], allowAnonymous: true } });
    const payload = { alerts: [{ labels: { alertname: 'A' } }] };
    const answer = await app.inject({ method: 'POST', url: '/v1/alerts', payload });
    expect(answer.json()).toMatchObject({ status: 500, code: 'INTERNAL' });
    expect(answer.body).not.toContain('secret');
  });

  it.each(['/nope', '/v1/%zz', `/v1/remediations/${'x'.repeat(2_000)}`])('to %s is a problem document', async (url) => {
    const answer = await (await anApp()).inject({ url, headers: asAda });
    expect(answer.headers['content-type']).toBe('application/problem+json');
    expect(answer.json()).toMatchObject({ code: expect.stringMatching(/^[A-Z_]+$/), fix: expect.any(String) });
  });
});

describe('/openapi.json', () => {
  it('describes every route, its errors as problem documents and the tokens it asks for', async () => {
    const { paths, components } = (await (await anApp()).inject('/openapi.json')).json();
    expect(Object.keys(paths)).toEqual(
      expect.arrayContaining([
        '/v1/alerts',
        '/webhook',
        '/api/v2/alerts',
        '/v1/remediations/{id}/take-over',
        '/v1/guard/pause',
      ]),
    );
    expect(paths['/v1/alerts'].post.security).toEqual([{ intakeToken: [] }]);
    expect(paths['/v1/remediations'].get.security).toEqual([{ personToken: [] }]);
    expect(paths['/v1/guard'].get.responses['4XX'].content).toEqual({
      'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
    });
    expect(components.schemas.Problem.required).toContain('code');
  });
});

describe('/docs', () => {
  it('is a page whose policy lets it run its own scripts only', async () => {
    const answer = await (await anApp()).inject('/docs/');
    expect(answer.headers['content-security-policy']).toContain("script-src 'self'");
    expect(answer.headers['content-security-policy']).not.toContain('https:');
  });
});
