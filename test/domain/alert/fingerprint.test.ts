import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fingerprintOf } from '../../../domain/alert/fingerprint.ts';

describe('the fingerprint of labels', () => {
  it('of no labels is the offset of FNV-1a, as in Alertmanager', () => {
    expect(fingerprintOf({})).toBe('cbf29ce484222325');
  });

  it('is the one that Alertmanager gives the same labels', () => {
    const labels = { alertname: 'MemoryLeakDetected', namespace: 'shop', pod: 'checkout-1', team: 'zürich' };
    expect(fingerprintOf(labels)).toBe('601bf9d256173898');
  });

  it('is FNV-1a 64 of the sorted names and values, each ended by a byte that no text has', () => {
    const prime = 0x100000001b3n;
    const byDefinition = (labels: Record<string, string>) => {
      const parts = Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1));
      const bytes = parts.flat().flatMap((part) => [...new TextEncoder().encode(part), 0xff]);
      const add = (hash: bigint, byte: number) => BigInt.asUintN(64, (hash ^ BigInt(byte)) * prime);
      return bytes.reduce(add, 0xcbf29ce484222325n).toString(16).padStart(16, '0');
    };
    const labels = fc.dictionary(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }));
    fc.assert(fc.property(labels, (given) => expect(fingerprintOf(given)).toBe(byDefinition(given))));
  });

  it('is a function of names and values, not of their order or of how they run together', () => {
    expect(fingerprintOf({ a: 'b', c: 'd' })).toBe(fingerprintOf({ c: 'd', a: 'b' }));
    expect(fingerprintOf({ a: 'bc' })).not.toBe(fingerprintOf({ ab: 'c' }));
  });
});
