import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { forgery, signatureOf } from '../../domain/approval.ts';
import { digestOf } from '../../domain/digest.ts';
import { minutes, now } from '../support/builders.ts';

const key = 'a-key-that-api-and-worker-share-0123456789';
const run = 'remediation/default/X/f';
const message = { id: '1', who: 'ada', at: new Date(now).toISOString(), digest: 'd1' };
const signed = { ...message, signature: signatureOf(key, run, message) };

describe('an approval', () => {
  it('is genuine with the api’s signature', () => {
    expect(forgery(key, run, signed, now + minutes(1))).toBeUndefined();
  });

  it.each([
    ['by somebody else', { who: 'mallory' }],
    ['of another question', { digest: 'd2' }],
    ['at another time', { at: new Date(now + 1).toISOString() }],
    ['with another id', { id: '2' }],
    ['without a signature', { signature: undefined as unknown as string }],
    ['with a made-up one', { signature: 'f'.repeat(64) }],
  ])('is not, %s', (_, change) => {
    expect(forgery(key, run, { ...signed, ...change }, now)).toBe('it does not carry the api’s signature');
  });

  it('is not for another run, under another key, or without a key', () => {
    expect(forgery(key, 'remediation/default/X/g', signed, now)).toBeDefined();
    expect(forgery(`${key}!`, run, signed, now)).toBeDefined();
    expect(forgery(undefined, run, signed, now)).toContain('MENDFLOW_APPROVAL_KEY');
  });

  it('is not once five minutes have passed', () => {
    expect(forgery(key, run, signed, now + minutes(6))).toBe('its signature is too old');
  });

  it('is signed with HMAC-SHA256 over the digest of its parts', () => {
    const text = digestOf({ workflowId: run, id: '1', who: 'ada', at: message.at, digest: 'd1' });
    expect(signed.signature).toBe(createHmac('sha256', key).update(text).digest('hex'));
  });
});
