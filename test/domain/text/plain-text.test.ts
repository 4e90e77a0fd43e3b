import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  markdownCode,
  markdownText,
  plainLine,
  plainText,
  safeDocument,
  safeLine,
  safeText,
  shellWord,
} from '../../../domain/text/plain-text.ts';
import { secrets } from './redact-secrets.ts';

const cannotBeSeen: [name: string, text: string][] = [
  ['a colour', 'ch\u001b[31meck\u001b[0mout'],
  ['a colour of eight bits', 'ch\u009b31meckout'],
  ['a cursor that goes up', 'check\u001b[2A\u001b[2Kout'],
  ['an escape character', 'check\u001bout'],
  ['a bell and a null', 'check\u0007\u0000out'],
  ['a control character of C1', 'check\u0090out'],
  ['a right-to-left override', 'check\u202eout'],
  ['an isolate', '\u2066check\u2069out'],
  ['a zero-width space', 'check\u200bout'],
  ['a soft hyphen', 'check\u00adout'],
  ['a word joiner and a byte order mark', '\ufeffcheck\u2060out'],
  ['a tag', 'check\u{e0041}\u{e007f}out'],
  ['a variation selector', 'check\ufe0fo\u{e0101}ut'],
  ['a filler that is blank', 'check\u3164out'],
];

const anyText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom('\u001b[', '31m', '\u009b', '\u202e', '\ud800', '\udc00', 'é', '😀', '\n', '\t', '`', '|', '!['),
    )
    .map((parts) => parts.join('')),
);

describe('plain text', () => {
  it.each(cannotBeSeen)('loses %s', (_, text) => {
    expect(plainText(text)).toBe('checkout');
  });

  it('keeps what can be read in any language', () => {
    for (const text of ['Zürich über Größe', '检查 支付', 'оплата', 'دفع', '🙂 done', 'a  b — c'])
      expect(plainText(text)).toBe(text);
  });

  it('keeps lines, and one line where one is wanted', () => {
    expect(plainText('a\r\nb\u2028c\td')).toBe('a\nb\nc d');
    expect(plainLine('a\r\nb\u2028c\td\u0085e')).toBe('a b c d e');
  });

  it('has no half characters', () => {
    expect(plainText('a\ud800b')).toBe('a\ufffdb');
    expect(safeText(`${'a'.repeat(9)}😀`, 11)).toBe(`${'a'.repeat(9)}😀`);
    expect(safeText(`${'a'.repeat(9)}😀😀`, 11)).toBe(`${'a'.repeat(9)}…`);
  });

  it('is clean and well formed for any text, and changes nothing the second time', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const plain = plainText(text);
        expect(plain).not.toMatch(/[^\P{Cc}\n]|\p{Cf}|\p{Default_Ignorable_Code_Point}|\p{Zl}|\p{Zp}/u);
        expect(plain.isWellFormed()).toBe(true);
        expect(plainLine(text)).not.toContain('\n');
        expect(plainText(plain)).toBe(plain);
      }),
    );
  });
});

describe('safe text', () => {
  it('finds a secret whose key is broken up by colours or by signs that cannot be seen', () => {
    expect(safeLine('pass\u001b[1mword\u200b=kirsche77')).toBe('password=[redacted]');
  });

  it.each(secrets)('hides $name in a document, and keeps the names', ({ line, secret }) => {
    const document = {
      id: 'remediation/prod/Oom/0123456789abcdef',
      runId: '550e8400-e29b-41d4-a716-446655440000',
      question: { digest: '4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce' },
      timeline: [{ what: line, detail: { pod: line, count: 3, isHealthy: false } }],
      evidence: { logs: { app: line } },
    };
    const shown = safeDocument(document);
    expect(JSON.stringify(shown)).not.toContain(JSON.stringify(secret).slice(1, -1));
    expect(shown).toMatchObject({ id: document.id, runId: document.runId, question: document.question });
    expect(document.timeline[0]?.what).toBe(line);
  });
});

const markup = [
  '# heading',
  '`code` ```fence',
  '![image](https://evil.example/x.png)',
  '[link](https://evil.example)',
  'https://evil.example',
  '<img src=x onerror=alert(1)>',
  '<https://evil.example>',
  '&lt;b&gt;',
  '| cell | cell |',
  '**bold** _thin_ ~~gone~~',
  'name {#id}',
  '$math$ ^up^',
  'mailto:ada@evil.example',
];

describe('a document', () => {
  it('keeps the lines of its logs, and one line everywhere else', () => {
    const document = { what: 'a\nb', id: 'c\nd', detail: { pod: 'e\nf' }, evidence: { logs: { app: 'g\nh' } } };
    expect(safeDocument(document)).toEqual({
      ...{ what: 'a b', id: 'c d', detail: { pod: 'e f' } },
      evidence: { logs: { app: 'g\nh' } },
    });
  });
});

describe('text in Markdown', () => {
  it.each(markup)('leaves no sign of %j that means something', (text) => {
    const shown = markdownText(text);
    expect(shown.replace(/\\[!-/:-@[-`{-~]/g, '')).not.toMatch(/[\\`*_{}[\]<>|&~^$#!]|:(?![ \d])/);
    expect(shown.replace(/\\([!-/:-@[-`{-~])/g, '$1')).toBe(text);
  });

  it('keeps ordinary words as they are', () => {
    expect(markdownText('told oncall at 10:00: pod shop/checkout-7d9f is healthy.')).toBe(
      'told oncall at 10:00: pod shop/checkout-7d9f is healthy.',
    );
  });

  it.each(markup)('keeps %j within its code', (text) => {
    const shown = markdownCode(text);
    expect(shown).toMatch(/^`[^`|\n]+`$/);
  });

  it('is one line, whatever the text', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(markdownText(text)).not.toContain('\n');
        expect(markdownCode(text)).toMatch(/^`[^`|\n]+`$/);
      }),
    );
  });
});

describe('a word of a command', () => {
  it('stays as it is where no shell reads more into it', () => {
    expect(shellWord('remediation/default/Oom/a1b2')).toBe('remediation/default/Oom/a1b2');
  });

  it('is one word, whatever the text: a shell hands it on as it came', () => {
    for (const text of [
      '',
      ' ',
      "it's $HOME",
      '`id`',
      '"; rm -rf /',
      'a\\',
      '*',
      '~',
      '!!',
      'a\nb',
      '$(id)',
      '# x',
      'é',
    ]) {
      const printed = spawnSync('sh', ['-c', `printf %s ${shellWord(text)}`], { encoding: 'utf8' });
      expect(printed.stdout).toBe(text);
    }
  });
});
