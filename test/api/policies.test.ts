import { beforeAll, describe, expect, it } from '@jest/globals';
import type { FastifyInstance } from 'fastify';
import { stringify } from 'yaml';
import {
  aListing,
  anAlertItem,
  anApp,
  asAda,
  asAlertmanager,
  aWebhook,
  FakeIntake,
  intakeToken,
} from '../support/api.ts';
import { aPolicyDocument } from '../support/builders.ts';

let app: FastifyInstance;
beforeAll(async () => {
  app = await anApp();
});

const lint = (payload: object, headers: Record<string, string> = asAda) =>
  app.inject({ method: 'POST', url: '/v1/policies/lint', headers, payload });
const toldOf = { escalation: [{ notify: ['oncall-chat'] }] };

describe('the policies in force', () => {
  const list = (query = '', headers: Record<string, string> = asAda) =>
    app.inject({ method: 'GET', url: `/v1/policies${query}`, headers });

  it('are listed with what is wrong with those that are not', async () => {
    expect((await list()).json()).toEqual(aListing);
    expect((await list('?cluster=north')).json()).toEqual({ ...aListing, cluster: 'north' });
  });

  it('are asked for by the name under which the alerts of that cluster are handled', async () => {
    const intake = new FakeIntake();
    const label = 'arn:aws:eks:eu-1:1/a b';
    const tokens = {
      intake: [{ name: 'am', token: intakeToken, clusters: [label] }],
      people: [],
      allowAnonymous: false,
    };
    const payload = aWebhook([anAlertItem({ labels: { cluster: label } })]);
    const receiving = await anApp({ intake, tokens });
    await receiving.inject({ method: 'POST', url: '/v1/alerts', headers: asAlertmanager, payload });
    const { cluster } = (await list(`?cluster=${encodeURIComponent(label)}`)).json();
    expect(cluster).toMatch(/^[A-Za-z0-9_.-]{1,63}$/);
    expect(intake.starts).toMatchObject([{ cluster }]);
  });

  it('are shown to people only', async () => {
    expect((await list('', {})).statusCode).toBe(401);
  });
});

describe('linting policies over the api', () => {
  it('finds nothing in a good policy', async () => {
    const answer = await lint({ text: stringify(aPolicyDocument(toldOf)) });
    expect([answer.statusCode, answer.json()]).toEqual([200, { policies: 1, errors: 0, warnings: 0, findings: [] }]);
  });

  it('names file, line, field, code, what is wrong and what to write', async () => {
    const text = stringify(aPolicyDocument({ ...toldOf, guards: { cooldwon: '5m' } }));
    const { errors, findings } = (await lint({ text, name: 'mine.yaml' })).json();
    expect(errors).toBe(1);
    expect(findings).toEqual([
      {
        ...{ severity: 'error', code: 'unknownField', file: 'mine.yaml', line: expect.any(Number) },
        ...{
          field: 'spec.guards.cooldwon',
          message: 'is not a setting; did you mean cooldown?',
          fix: 'Write cooldown.',
        },
      },
    ]);
    expect(text.split('\n')[findings[0].line - 1]).toContain('cooldwon');
  });

  it('takes several files as one set', async () => {
    const files = ['one', 'two'].map((name) => ({
      name: `${name}.yaml`,
      text: stringify(aPolicyDocument(toldOf, name)),
    }));
    const { policies, findings } = (await lint({ files })).json();
    expect(policies).toBe(2);
    expect(findings).toMatchObject([{ code: 'tied', file: 'two.yaml' }]);
  });

  it('checks receivers against the configuration of the api', async () => {
    const text = stringify(aPolicyDocument({ escalation: [{ notify: ['oncall-chats'] }] }));
    expect((await lint({ text })).json().findings).toMatchObject([
      { code: 'unknownReceiver', fix: 'Write oncall-chat.' },
    ]);
  });

  it.each([
    ['nothing to lint', {}],
    ['no file', { files: [] }],
    ['a text that is not a policy', { text: 5 }],
    ['text and files', { text: 'a: 1', files: [{ name: 'a', text: 'a: 1' }] }],
    ['a text above 256 KiB', { text: 'x'.repeat(300_000) }],
  ])('refuses %s', async (_, body) => {
    expect((await lint(body)).json()).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });

  it('asks who calls', async () => {
    expect((await lint({ text: 'a: 1' }, {})).statusCode).toBe(401);
  });
});
