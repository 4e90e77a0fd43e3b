import { createHmac } from 'node:crypto';
import { readdirSync } from 'node:fs';
import { afterEach, describe, expect, it } from '@jest/globals';
import type { Notification } from '../../activities/contract.ts';
import type { Receiver } from '../../activities/notifiers/define-notifier.ts';
import { notifiers } from '../../activities/notifiers/index.ts';
import { notify } from '../../activities/notify.ts';
import { configJsonSchema } from '../../config/config.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { now } from '../support/builders.ts';
import { openReceiver } from '../support/receiver.ts';

const secret = 'a-secret-that-signs';
const notification: Notification = {
  kind: 'escalation',
  dedupKey: 'remediation/default/X/f/run',
  workflowId: 'remediation/default/X/f',
  runId: 'run',
  level: 1,
  summary: 'shop/checkout-1 CrashLoopBackOff: a person is asked',
  reason: 'ladderExhausted',
  answer: ['mendflow acknowledge remediation/x'],
  report: {
    summary: 's',
    alertname: 'X',
    fingerprint: 'f',
    steps: [],
    segments: {},
    timeline: [],
    joined: [],
  },
};

let receiver: Awaited<ReturnType<typeof openReceiver>> | undefined;
const counted: string[] = [];
afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
  counted.length = 0;
});

const logged: string[] = [];
const log = { error: (_: object, message: string) => void logged.push(message) };

/** Tells one receiver, through everything but Temporal. */
function tell(type: string, given: Partial<Receiver> = {}, message = notification) {
  const receivers = [
    {
      name: 'chat',
      type,
      url: receiver?.url ?? 'http://127.0.0.1:1/',
      secret,
      channel: 'C01',
      fallback: false,
      allowPrivateNetwork: true,
      ...given,
    },
  ];
  const count = (name: string, outcome: string) => counted.push(`${name}:${outcome}`);
  return notify({ receivers, notifiers, now: () => now, count, log })({ receiver: 'chat', notification: message });
}

describe('the registry of notifiers', () => {
  it('has one file per notifier, named after it', () => {
    const shared = ['define-notifier.ts', 'index.ts', 'private-address.ts', 'transport.ts', 'words.ts'];
    const files = readdirSync('activities/notifiers').filter((file) => !shared.includes(file));
    const kebab = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
    expect(files).toEqual(notifiers.map(({ name }) => `${kebab(name)}.ts`));
  });
});

describe('the configuration', () => {
  it('has fields for every notifier, and for no other kind of receiver', () => {
    const { properties } = configJsonSchema() as { properties: { receivers: { items: { oneOf: KindSchema[] } } } };
    const kinds = properties.receivers.items.oneOf.map(({ properties: { type } }) => type.const);
    expect(kinds.sort()).toEqual(notifiers.map(({ name }) => name));
  });
});

interface KindSchema {
  properties: { type: { const: string } };
}

describe.each(notifiers.map(({ name }) => name))('the notifier %s', (type) => {
  it.each([200, 201, 202, 204])('delivers when the receiver answers %i', async (status) => {
    receiver = await openReceiver({ status });
    expect(await tell(type)).toEqual({ delivered: true, detail: 'delivered to chat' });
    expect(receiver.received).toHaveLength(1);
    expect(counted).toEqual(['chat:delivered']);
  });

  it.each([408, 429, 500, 502, 503])('tries again when the receiver answers %i', async (status) => {
    receiver = await openReceiver({ status, headers: { 'retry-after': '7' } });
    const error = await tell(type).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'RECEIVER_UNAVAILABLE', message: `chat answered ${status}` });
  });

  it('waits as long as Retry-After says', async () => {
    receiver = await openReceiver({ status: 429, headers: { 'retry-after': '7' } });
    await expect(tell(type)).rejects.toMatchObject({ retryAfterMs: 7_000 });
  });

  it.each([301, 302, 307, 400, 401, 403, 404, 410, 422])(
    'takes %i for an answer, and does not try again',
    async (status) => {
      receiver = await openReceiver({ status, headers: { location: 'http://127.0.0.1:1/elsewhere' } });
      expect(await tell(type)).toEqual({ delivered: false, detail: `chat answered ${status}` });
      expect(counted).toEqual(['chat:rejected']);
    },
  );

  it('tries again when nobody listens, and names neither URL nor secret', async () => {
    const error = (await tell(type).catch((cause: unknown) => cause)) as MendflowError;
    expect(error).toBeInstanceOf(MendflowError);
    expect(error.code).toBe('RECEIVER_UNAVAILABLE');
    expect(JSON.stringify([error.message, error.stack, error.cause])).not.toMatch(
      /in-the-url|a-secret-that-signs|127\.0\.0\.1/,
    );
  });

  it('sends a page whatever its size, cut to 64 KiB', async () => {
    receiver = await openReceiver({ status: 200 });
    const { report } = notification;
    const what = 'Alertmanager says the alert is resolved\u0000\u001b[2J'.repeat(20);
    const entry = { at: '2026-03-01T10:00:00.000Z', phase: 'Verifying' as const, what };
    const large = { ...notification, ...(report && { report: { ...report, timeline: Array(2_000).fill(entry) } }) };
    expect(await tell(type, {}, large)).toMatchObject({ delivered: true });
    const [sent] = receiver.received;
    expect(Buffer.byteLength(sent?.body ?? '')).toBeLessThanOrEqual(65_536);
    expect(sent?.body).toContain(notification.answer[0]);
    expect(sent?.body).not.toContain('\\u0000');
  });

  it('sends a page whose names no header can hold', async () => {
    receiver = await openReceiver({ status: 200 });
    const named = { ...notification, dedupKey: 'remediation/pröd/X\n/f/run', summary: 'pröd\ud800' };
    expect(await tell(type, {}, named)).toMatchObject({ delivered: true });
  });

  it('does not lead into a private network unless that is allowed', async () => {
    receiver = await openReceiver({ status: 200 });
    expect(await tell(type, { allowPrivateNetwork: false })).toMatchObject({
      delivered: false,
      detail: expect.stringContaining('private network'),
    });
    const byName = receiver.url.replace('127.0.0.1', 'localhost');
    await expect(tell(type, { url: byName, allowPrivateNetwork: false })).rejects.toThrow('private network');
    expect(receiver.received).toEqual([]);
  });
});

describe('the webhook notifier', () => {
  it('signs time and body with the receiver’s secret, and names what it is for idempotency', async () => {
    receiver = await openReceiver({ status: 200 });
    await tell('webhook');
    const { headers, body } = receiver.received[0] as (typeof receiver.received)[number];
    const seconds = Math.floor(now / 1_000);
    const signature = createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex');
    expect(headers['mendflow-signature']).toBe(`t=${seconds},v1=${signature}`);
    expect(headers['idempotency-key']).toBe('remediation/default/X/f/run/escalation/1');
    expect(JSON.parse(body)).toEqual(notification);
  });
});

describe('a chat whose messages can be changed', () => {
  const closed = { ...notification, kind: 'closed' as const };
  const context = { count: () => {}, log, notifiers, now: () => now };
  const receivers = (type: string, url: string) => [
    { ...{ name: 'chat', type, url, secret, channel: 'C01' }, fallback: false, allowPrivateNetwork: true },
  ];

  it('names its first message, and news goes into that one', async () => {
    receiver = await openReceiver({ status: 200, body: '{"ok":true,"channel":"C01","ts":"17.01"}' });
    const send = notify({
      ...context,
      receivers: receivers('slack', `${new URL(receiver.url).origin}/chat.postMessage`),
    });
    const { reference } = await send({ receiver: 'chat', notification });
    await send({ receiver: 'chat', notification: closed, ...(reference && { reference }) });
    expect(receiver.received.map(({ path }) => path)).toEqual(['/chat.postMessage', '/chat.update']);
    expect(JSON.parse(receiver.received[1]?.body ?? '')).toMatchObject({ channel: 'C01', ts: '17.01' });
  });

  it('is written to anew where the message is gone', async () => {
    const gone = { status: 200, body: '{"ok":false,"error":"message_not_found"}' };
    receiver = await openReceiver(({ path }) =>
      path.endsWith('chat.update') ? gone : { status: 200, body: '{"ok":true,"channel":"C01","ts":"17.02"}' },
    );
    const send = notify({
      ...context,
      receivers: receivers('slack', `${new URL(receiver.url).origin}/chat.postMessage`),
    });
    expect(await send({ receiver: 'chat', notification: closed, reference: 'C01/17.01' })).toMatchObject({
      ...{ delivered: true, reference: 'C01/17.02' },
    });
  });

  it.each([
    ['channel_not_found', { delivered: false, detail: 'chat refused the message: channel_not_found' }],
    ['invalid_auth', { delivered: false, detail: 'chat refused the message: invalid_auth' }],
  ])('refuses with status 200 and %s, and is not tried again', async (error, told) => {
    receiver = await openReceiver({ status: 200, body: JSON.stringify({ ok: false, error }) });
    const send = notify({ ...context, receivers: receivers('slack', receiver.url) });
    expect(await send({ receiver: 'chat', notification })).toEqual(told);
  });

  it('is tried again where it says with status 200 that it is too much', async () => {
    receiver = await openReceiver({ status: 200, body: '{"ok":false,"error":"ratelimited"}' });
    const send = notify({ ...context, receivers: receivers('slack', receiver.url) });
    await expect(send({ receiver: 'chat', notification })).rejects.toMatchObject({ code: 'RECEIVER_UNAVAILABLE' });
  });

  it('is changed at Discord under the id that the first answer gave', async () => {
    receiver = await openReceiver({ status: 200, body: '{"type":0,"content":"","id":"123456789012345678"}' });
    const send = notify({ ...context, receivers: receivers('discord', receiver.url) });
    const { reference } = await send({ receiver: 'chat', notification });
    await send({ receiver: 'chat', notification: closed, ...(reference && { reference }) });
    const [first, second] = receiver.received;
    expect([first?.method, first?.path]).toEqual(['POST', '/hook?token=in-the-url&wait=true']);
    expect([second?.method, second?.path]).toEqual(['PATCH', '/hook/messages/123456789012345678?token=in-the-url']);
  });
});

describe('a receiver that nobody configured', () => {
  it('is a recorded refusal, not a failure', async () => {
    expect(
      await notify({ receivers: [], notifiers, now: () => now, count: () => {}, log })({
        receiver: 'chat',
        notification,
      }),
    ).toEqual({
      delivered: false,
      detail: 'receiver chat is not configured',
    });
  });
});
