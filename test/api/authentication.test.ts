import { Readable } from 'node:stream';
import { describe, expect, it } from '@jest/globals';
import { anApp, asAda, asAlertmanager, aWebhook, intakeToken, personToken } from '../support/api.ts';

const json = { 'content-type': 'application/json' };

/** A body that notes whether anybody asked for it. */
function watchedBody() {
  const watch = { wasRead: false };
  const body = new Readable({
    read() {
      watch.wasRead = true;
      this.push(JSON.stringify(aWebhook()));
      this.push(null);
    },
  });
  return { watch, body };
}

describe('a delivery', () => {
  it.each([
    ['no header', {}],
    ['another scheme', { authorization: `Basic ${intakeToken}` }],
    ['an empty token', { authorization: 'Bearer ' }],
    ['a wrong token', { authorization: 'Bearer wrong-token-0123456789' }],
    ['the beginning of the token', { authorization: `Bearer ${intakeToken.slice(0, -1)}` }],
    ['two tokens', { authorization: `Bearer ${intakeToken} ${intakeToken}` }],
    ['a person’s token', asAda],
  ])('with %s is answered 401 before its body is read', async (_what, headers) => {
    const app = await anApp();
    const { watch, body } = watchedBody();
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/alerts',
      headers: { ...json, ...headers },
      payload: body,
    });
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="mendflow"');
    expect(answer.json()).toMatchObject({ status: 401, code: 'UNAUTHENTICATED' });
    expect(answer.body).not.toContain(intakeToken);
    expect(watch.wasRead).toBe(false);
  });

  it('is let in by any of several tokens, so that they can be rotated', async () => {
    const intake = ['old-token-0123456789', 'new-token-0123456789'].map((token) => ({ name: 'am', token }));
    const app = await anApp({ tokens: { intake, people: [], allowAnonymous: false } });
    for (const { token } of intake) {
      const headers = { ...json, authorization: `bearer ${token}` };
      const answer = await app.inject({ method: 'POST', url: '/v1/alerts', headers, payload: aWebhook() });
      expect(answer.statusCode).toBe(202);
    }
  });

  it('is refused where no token is configured', async () => {
    const app = await anApp({ tokens: { intake: [], people: [], allowAnonymous: false } });
    const answer = await app.inject({
      method: 'POST',
      url: '/v1/alerts',
      headers: asAlertmanager,
      payload: aWebhook(),
    });
    expect(answer.statusCode).toBe(401);
  });

  it('needs no token where that is allowed and none is configured', async () => {
    const open = await anApp({ tokens: { intake: [], people: [], allowAnonymous: true } });
    expect((await open.inject({ method: 'POST', url: '/v1/alerts', payload: aWebhook() })).statusCode).toBe(202);
    const closed = await anApp({
      tokens: { intake: [{ name: 'am', token: intakeToken }], people: [], allowAnonymous: true },
    });
    expect((await closed.inject({ method: 'POST', url: '/v1/alerts', payload: aWebhook() })).statusCode).toBe(401);
  });
});

describe('routes of people', () => {
  it.each([
    ['GET', '/v1/remediations'],
    ['GET', '/v1/remediations/remediation%2Fa%2Fb%2Fc'],
    ['POST', '/v1/remediations/remediation%2Fa%2Fb%2Fc/approve'],
    ['GET', '/v1/guard'],
    ['POST', '/v1/guard/pause'],
  ] as const)('%s %s ask for a person’s token', async (method, url) => {
    const app = await anApp();
    for (const headers of [{}, asAlertmanager]) {
      expect((await app.inject({ method, url, headers })).json()).toMatchObject({
        status: 401,
        code: 'UNAUTHENTICATED',
      });
    }
    expect(
      (await app.inject({ method, url, headers: { authorization: `Bearer ${personToken}` } })).statusCode,
    ).not.toBe(401);
  });

  it.each(['/livez', '/readyz', '/metrics', '/openapi.json', '/docs/'])('%s asks for none', async (url) => {
    expect((await (await anApp()).inject(url)).statusCode).toBe(200);
  });
});
