import { describe, expect, it } from '@jest/globals';
import { fingerprintOf } from '../../domain/fingerprint.ts';

describe('the fingerprint of labels', () => {
  it('of no labels is the offset of FNV-1a, as in Alertmanager', () => {
    expect(fingerprintOf({})).toBe('cbf29ce484222325');
  });

  it('is the one that Alertmanager gives the same labels', () => {
    const labels = { alertname: 'MemoryLeakDetected', namespace: 'shop', pod: 'checkout-1', team: 'zürich' };
    expect(fingerprintOf(labels)).toBe('601bf9d256173898');
  });

  it('is a function of names and values, not of their order or of how they run together', () => {
    expect(fingerprintOf({ a: 'b', c: 'd' })).toBe(fingerprintOf({ c: 'd', a: 'b' }));
    expect(fingerprintOf({ a: 'bc' })).not.toBe(fingerprintOf({ ab: 'c' }));
  });
});
