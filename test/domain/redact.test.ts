import { describe, expect, it } from '@jest/globals';
import { redact } from '../../domain/redact.ts';

const gone: [line: string, redacted: string][] = [
  ['password=hunter22', 'password=[redacted]'],
  ['DB_PASSWORD: "hunter 22" next', 'DB_PASSWORD: [redacted] next'],
  ['{"apiKey":"abc","user":"ada"}', '{"apiKey":[redacted],"user":"ada"}'],
  ['client_secret=abc&grant=x', 'client_secret=[redacted]&grant=x'],
  ['Authorization: Bearer abc.def-ghi', 'Authorization: Bearer [redacted]'],
  ['curl -u basic dXNlcjpwYXNzd29yZA==', 'curl -u basic [redacted]'],
  ['postgres://shop:s3cret@db:5432/shop', 'postgres://[redacted]@db:5432/shop'],
  ['got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl back', 'got [redacted] back'],
  ['key 9fQx7LmP2vRt8KzWb4NcYh3D here', 'key [redacted] here'],
  ['digest 0123456789abcdef0123456789abcdef', 'digest [redacted]'],
  ['-----BEGIN PRIVATE KEY-----\nabc\n-----END PRIVATE KEY-----\nafter', '[redacted]\nafter'],
  ['-----BEGIN PRIVATE KEY-----\ncut off', '[redacted]'],
];

const kept = [
  'level=info msg="listening" port=8080',
  '2026-03-01T10:00:00.000Z pod checkout-7d9f8b6c5d-x2x9z is not ready',
  'java.lang.OutOfMemoryError: Java heap space at com.example.shop.CheckoutProcessorFactory',
  'GET /api/v1/namespaces/shop/pods/checkout-7d9f8b6c5d-x2x9z 200 12ms',
  'trace 550e8400-e29b-41d4-a716-446655440000',
];

describe('redact', () => {
  it.each(gone)('takes the secret out of %j', (line, redacted) => {
    expect(redact(line)).toBe(redacted);
  });

  it.each(kept)('leaves %j as it is', (line) => {
    expect(redact(line)).toBe(line);
  });

  it('changes nothing the second time', () => {
    for (const [line] of gone) expect(redact(redact(line))).toBe(redact(line));
  });
});
