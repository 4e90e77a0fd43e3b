import { describe, expect, it } from '@jest/globals';
import { approvalFault, forgery, signApproval } from '../../domain/approval.ts';
import { minutes, now } from '../support/builders.ts';

const keys = [{ id: 'k1', secret: 'a-key-that-api-and-worker-share-0123456789' }];
const run = 'remediation/default/X/f';
const message = { id: '1', who: 'ada', at: new Date(now).toISOString(), digest: 'd1' };
const signed = { ...message, signature: signApproval(keys, run, message) ?? '' };

describe('an approval', () => {
  it('is genuine with the api’s signature', () => {
    expect(forgery(keys, run, signed, now + minutes(1))).toBeUndefined();
  });

  it.each([
    ['by somebody else', { who: 'mallory' }],
    ['of another question', { digest: 'd2' }],
    ['at another time', { at: new Date(now + 1).toISOString() }],
    ['with another id', { id: '2' }],
    ['without a signature', { signature: undefined as unknown as string }],
    ['with a made-up one', { signature: `k1:${'f'.repeat(64)}` }],
  ])('is not, %s', (_, change) => {
    expect(forgery(keys, run, { ...signed, ...change }, now)).toMatch(/no signature|signature is wrong/);
  });

  it('is not for another run, under another key, or without a key', () => {
    expect(forgery(keys, 'remediation/default/X/g', signed, now)).toBeDefined();
    expect(forgery([{ id: 'k1', secret: 'x'.repeat(32) }], run, signed, now)).toBeDefined();
    expect(forgery([], run, signed, now)).toContain('MENDFLOW_APPROVAL_KEY');
  });

  it('is not once five minutes have passed, though one that was taken in time stays genuine', () => {
    expect(forgery(keys, run, signed, now + minutes(6))).toBe('its signature is too old');
    expect(approvalFault(keys, run, signed)).toBeUndefined();
  });
});
