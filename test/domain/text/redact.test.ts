import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { redact, redactLimits } from '../../../domain/text/redact/index.ts';
import { harmless, secrets } from './redact-secrets.ts';

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

describe('redact', () => {
  it.each(gone)('takes the secret out of %j', (line, redacted) => {
    expect(redact(line)).toBe(redacted);
  });

  it.each(secrets)('hides $name', ({ line, secret }) => {
    expect(redact(line)).not.toContain(secret);
  });

  it.each(secrets)('hides $name in the middle of a sentence', ({ line, secret }) => {
    const shown = redact(`at 10:00 worker 3 said ${line}`);
    expect(shown).not.toContain(secret);
    expect(shown).toMatch(/^at 10:00 worker 3 said /);
  });

  it.each(harmless)('leaves %j as it is', (line) => {
    expect(redact(line)).toBe(line);
  });

  it('changes nothing the second time', () => {
    for (const line of [...gone.map(([first]) => first), ...secrets.map(({ line: each }) => each)]) {
      expect(redact(redact(line))).toBe(redact(line));
    }
  });

  it('leaves what stands beside a secret readable', () => {
    expect(redact('ts=1 user=ada password=kirsche77 status=500')).toBe('ts=1 user=ada password=[redacted] status=500');
  });
});

/** What made the earlier expressions go back again and again, or could make a scanner read something twice. */
const pieces = [
  ...[
    'token-',
    'token=',
    'token ',
    'password',
    'key=a/',
    'key="',
    "key='",
    'key=\\"',
    'key=\\\\"',
    'auth=',
    'a://',
    '://b:c/',
  ],
  ...[
    '--token,',
    '--token ',
    'token=${/',
    'token=[redacted',
    '-u ',
    'curl -u a:',
    'curl -su',
    'curl -ua:',
    '["',
    '","',
    'cookie:["',
    'token:[',
    'passphrase: is ',
    'http -a ',
    'mysql -p',
    'bearer ',
    'basic ',
    'cookie=a; ',
  ],
  ...[
    '-----BEGIN ',
    '-----END ',
    '-----',
    'eyJ',
    '.',
    'A1b/',
    'f0',
    '=',
    ':',
    '==',
    '\\',
    '"',
    "'",
    '`',
    '{"',
    '}',
    ',',
    ';',
  ],
  ...[
    '&',
    '%3D',
    '<token>',
    '@tcp(',
    'u:p@tcp(',
    'thin:',
    'identified by ',
    'name: token\n',
    'value: ',
    'hooks.slack.com/',
  ],
  ...[
    'authorization: digest ',
    'sha256:',
    ' ',
    '\t',
    '\n',
    'é',
    '\u0000',
    '\ud800',
    '😀',
    'password: |\n ',
    '*',
    '-',
    '_',
  ],
];

const adversarial = fc.oneof(
  fc.tuple(fc.constantFrom(...pieces)),
  fc.array(fc.constantFrom(...pieces), { minLength: 1, maxLength: 12 }),
  fc.array(fc.string({ unit: 'binary', maxLength: 8 }), { minLength: 1, maxLength: 8 }),
);

const filled = (parts: readonly string[], length: number) => {
  const part = parts.join('') || ' ';
  return part.repeat(Math.ceil(length / part.length)).slice(0, length);
};

const stepsFor = (text: string) => {
  const work = { steps: 0 };
  redact(text, work);
  return work.steps;
};

describe('the work of redact', () => {
  /** Reads of a character for each character of the text; the worst that was found is half of it. */
  const readsPerCharacter = 40;

  it('stays in proportion to the text, whatever the text is', () => {
    fc.assert(
      fc.property(adversarial, fc.integer({ min: 1, max: 5_000 }), (parts, length) => {
        const text = filled(parts, length);
        expect(stepsFor(text)).toBeLessThanOrEqual(readsPerCharacter * text.length + 500);
      }),
      { numRuns: 1_500 },
    );
  });

  it.each(pieces)('doubles at most with a line of %j that is twice as long', (piece) => {
    const half = stepsFor(filled([piece], redactLimits.line / 2));
    expect(stepsFor(filled([piece], redactLimits.line))).toBeLessThanOrEqual(2.3 * half + 500);
  });

  it.each(pieces)('is bounded for 1 MiB of %j', (piece) => {
    expect(stepsFor(filled([piece], 1_048_576))).toBeLessThanOrEqual(readsPerCharacter * redactLimits.text);
  });

  it('cuts a line and a text that are too long, and says how much is missing', () => {
    const line = redact('word '.repeat(2_000));
    expect(line.length).toBeLessThanOrEqual(redactLimits.line);
    expect(line).toMatch(/ \[\d+ characters cut\]$/);
    const text = redact('a short line\n'.repeat(10_000));
    expect(text.length).toBeLessThanOrEqual(redactLimits.text);
    expect(text).toMatch(/ \[\d+ characters cut\]$/);
  });

  it('leaves no half of a secret where a line is cut', () => {
    for (let before = 4_030; before < 4_070; before += 1) {
      const text = `${'a '.repeat(before / 2)}password=kirsche77kirsche77 ${'b '.repeat(100)}`;
      expect(redact(text)).not.toContain('kirs');
    }
  });
});
