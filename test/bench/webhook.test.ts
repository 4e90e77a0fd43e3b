import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Agent } from 'undici';
import { webhook } from '../../bench/webhook.ts';
import { openReceiver, type Receiver, type ReceiverAnswer } from '../../sandbox/receiver.ts';

describe('a webhook that is called', () => {
  let receiver: Receiver;
  let answer: ReceiverAnswer = { status: 202 };
  const seen: { body: string; token: string | undefined }[] = [];
  const agent = new Agent();

  beforeAll(async () => {
    receiver = await openReceiver(({ body, headers }) => {
      seen.push({ body, token: headers.authorization });
      return answer;
    });
  });
  afterAll(async () => {
    await agent.close();
    await receiver.close();
  });

  it('gets the body with the token', async () => {
    expect(await webhook(receiver.url, 'secret', agent)('a body')).toEqual({ status: 202 });
    expect(seen.at(-1)).toEqual({ body: 'a body', token: 'Bearer secret' });
  });

  it('says when to come again, and why it refused', async () => {
    answer = { status: 503, headers: { 'retry-after': '2' }, body: '{"code":"OVERLOADED"}' };
    expect(await webhook(receiver.url, 'secret', agent)('')).toEqual({
      status: 503,
      retryAfterMs: 2_000,
      code: 'OVERLOADED',
    });
  });

  it('may say nothing that can be read', async () => {
    answer = { status: 500, body: 'oops' };
    expect(await webhook(receiver.url, 'secret', agent)('')).toEqual({ status: 500 });
  });
});
