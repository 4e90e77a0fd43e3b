import { afterEach, describe, expect, it } from '@jest/globals';
import { openReceiver, type Received, type Receiver } from '../../sandbox/receiver.ts';

let receiver: Receiver | undefined;

afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
});

const send = (url: string, body: string) =>
  fetch(url, { method: 'POST', body, headers: { 'x-who': 'ada' }, signal: AbortSignal.timeout(5_000) });

describe('a receiver', () => {
  it('hands on the whole body and the headers, and answers as it is told', async () => {
    const received: Received[] = [];
    receiver = await openReceiver((request) => {
      received.push(request);
      return { status: 429, headers: { 'retry-after': '7' }, body: 'later' };
    });
    const body = 'é'.repeat(100_000);
    const answer = await send(receiver.url, body);
    expect([answer.status, answer.headers.get('retry-after'), await answer.text()]).toEqual([429, '7', 'later']);
    const headers: unknown = expect.objectContaining({ 'x-who': 'ada' });
    expect(received).toEqual([{ method: 'POST', path: '/', headers, body }]);
  });

  it('cuts a sender that it left waiting when it is closed', async () => {
    let hasCome = (): void => undefined;
    const coming = new Promise<void>((resolve) => {
      hasCome = resolve;
    });
    receiver = await openReceiver(() => {
      hasCome();
      return undefined;
    });
    const answer = send(receiver.url, '').catch((error: Error) => error.name);
    await coming;
    await receiver.close();
    receiver = undefined;
    expect(await answer).toBe('TypeError');
  });
});
