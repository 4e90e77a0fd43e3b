import { afterEach, describe, expect, it } from '@jest/globals';
import type { Notification } from '../../activities/contract.ts';
import { notifiers } from '../../activities/notifiers/index.ts';
import { notify } from '../../activities/notify.ts';
import { now } from '../support/builders.ts';
import { openReceiver } from '../support/receiver.ts';

const workflowId = 'remediation/default/X/f';
const notification: Notification = {
  ...{ kind: 'escalation', dedupKey: `${workflowId}/run`, workflowId, runId: 'run', level: 1 },
  ...{ summary: 'shop/checkout-1 CrashLoopBackOff: a person is asked', answer: [] },
};

let receiver: Awaited<ReturnType<typeof openReceiver>> | undefined;
const counted: string[] = [];
const logged: string[] = [];
const log = { error: (_: object, message: string) => void logged.push(message) };
afterEach(async () => {
  await receiver?.close();
  receiver = undefined;
  counted.length = 0;
});

describe('the fallback receiver', () => {
  it('is the one that the configuration marks', async () => {
    receiver = await openReceiver({ status: 200 });
    const { url } = receiver;
    const shared = { type: 'webhook', url, allowPrivateNetwork: true };
    const receivers = [
      { ...shared, name: 'chat', fallback: false },
      { ...shared, name: 'pager', fallback: true },
    ];
    const tellFallback = notify({ receivers, notifiers, now: () => now, count: () => {}, log });
    expect(await tellFallback({ receiver: 'fallback', notification })).toEqual({
      delivered: true,
      detail: 'delivered to pager',
    });
  });

  it('gets what another receiver refuses, and what is for one that is not configured: a page always goes out', async () => {
    const pager = await openReceiver({ status: 200 });
    receiver = await openReceiver({ status: 404 });
    try {
      const shared = { type: 'webhook', allowPrivateNetwork: true };
      const receivers = [
        { ...shared, name: 'chat', url: receiver.url, fallback: false },
        { ...shared, name: 'pager', url: pager.url, fallback: true },
      ];
      const count = (name: string, outcome: string) => counted.push(`${name}:${outcome}`);
      const told = notify({ receivers, notifiers, now: () => now, count, log });
      expect(await told({ receiver: 'chat', notification, reference: 'its own' })).toEqual({
        delivered: false,
        detail: 'chat answered 404; delivered to pager instead',
      });
      expect(await told({ receiver: 'gone', notification })).toEqual({
        delivered: false,
        detail: 'receiver gone is not configured; delivered to pager instead',
      });
      expect(pager.received).toHaveLength(2);
      expect(counted).toEqual(['chat:rejected', 'fallback:delivered', 'gone:rejected', 'fallback:delivered']);
      expect(logged.at(-1)).toBe('a message (escalation) was delivered to pager instead');
    } finally {
      await pager.close();
    }
  });

  it('is not told a second time what it has refused itself', async () => {
    receiver = await openReceiver({ status: 404 });
    const { url } = receiver;
    const receivers = [{ name: 'chat', type: 'webhook', url, fallback: true, allowPrivateNetwork: true }];
    const told = notify({ receivers, notifiers, now: () => now, count: () => {}, log });
    expect(await told({ receiver: 'chat', notification })).toEqual({ delivered: false, detail: 'chat answered 404' });
    expect(receiver.received).toHaveLength(1);
  });

  it('that is away is waited for: the message is tried again', async () => {
    receiver = await openReceiver({ status: 404 });
    const shared = { type: 'webhook', allowPrivateNetwork: true };
    const receivers = [
      { ...shared, name: 'chat', url: receiver.url, fallback: false },
      { ...shared, name: 'pager', url: 'http://127.0.0.1:1/', fallback: true },
    ];
    const told = notify({ receivers, notifiers, now: () => now, count: () => {}, log });
    await expect(told({ receiver: 'chat', notification })).rejects.toMatchObject({ code: 'RECEIVER_UNAVAILABLE' });
  });

  it('is missed in words, and counted, where nobody is marked', async () => {
    const count = (name: string, outcome: string) => counted.push(`${name}:${outcome}`);
    const tellFallback = notify({ receivers: [], notifiers, now: () => now, count, log });
    expect(await tellFallback({ receiver: 'fallback', notification })).toMatchObject({
      delivered: false,
      detail: 'no receiver is configured; add one under receivers in the configuration file',
    });
    expect(logged.at(-1)).toContain('a message (escalation) reached nobody');
    expect(counted).toEqual(['fallback:rejected']);
  });
});
