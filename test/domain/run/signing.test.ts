import { createHmac } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { derivedKeyId, sign, signatureFault } from '../../../domain/run/signing.ts';
import { digestOf, sameDigest } from '../../../domain/text/digest.ts';

const old = { id: 'old', secret: 'the-old-key-0123456789-0123456789' };
const fresh = { id: 'new', secret: 'the-new-key-0123456789-0123456789' };
const content = { a: 1, b: ['x'] };
const about = { purpose: 'ticket', content } as const;

describe('a signature', () => {
  it('is HMAC-SHA256 over the digest of purpose and content, after the id of its key', () => {
    const mac = createHmac('sha256', old.secret).update(digestOf(about)).digest('hex');
    expect(sign([old, fresh], 'ticket', content)).toBe(`old:${mac}`);
  });

  it('is made with the first key and verified with any', () => {
    const signature = sign([old], 'ticket', content);
    expect(signatureFault([fresh, old], about, signature)).toBeUndefined();
    expect(signatureFault([fresh], about, signature)).toBe('it is signed with the key "old", which is not known here');
  });

  it('is worth nothing for another purpose, other content, another secret or without a key', () => {
    const signature = sign([old], 'ticket', content);
    expect(signatureFault([old], { ...about, purpose: 'approval' }, signature)).toBe('its signature is wrong');
    expect(signatureFault([old], { ...about, content: { ...content, a: 2 } }, signature)).toBe(
      'its signature is wrong',
    );
    expect(signatureFault([{ ...fresh, id: 'old' }], about, signature)).toBe('its signature is wrong');
    expect(signatureFault([], about, signature)).toContain('MENDFLOW_APPROVAL_KEY');
    expect(sign([], 'ticket', content)).toBeUndefined();
  });

  it('of any shape is refused without an exception', () => {
    fc.assert(
      fc.property(fc.anything(), (signature) => {
        expect(signatureFault([old], about, signature)).toMatch(/^it has no signature$|is not known here$/);
      }),
    );
  });

  it('gives a key without an id one that says nothing of its secret', () => {
    expect(derivedKeyId(old.secret)).toMatch(/^[0-9a-f]{8}$/);
    expect(derivedKeyId(old.secret)).not.toBe(derivedKeyId(fresh.secret));
  });
});

describe('two digests', () => {
  it('are the same exactly when their texts are', () => {
    expect(sameDigest('abc', 'abc')).toBe(true);
    fc.assert(fc.property(fc.string(), fc.string(), (a, b) => sameDigest(a, b) === (a === b)));
    expect(sameDigest('abc\0', 'abc')).toBe(false);
    expect(sameDigest('abc', 'abc\0')).toBe(false);
  });
});
