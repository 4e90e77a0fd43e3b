/** A token of PromQL, as far as its structure goes: strings hold what they mean. */
export type Token = { kind: 'string'; value: string } | { kind: 'comment' } | { kind: 'sign'; text: string };

const simpleEscapes: Record<string, string> = {
  ...{ a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' },
  ...{ '\\': '\\', '"': '"', "'": "'" },
};

/** What a quoted literal means, by the escapes of Go. Throws for one that Prometheus would not read. */
export function decoded(literal: string): string {
  const inner = literal.slice(1, -1);
  if (literal.startsWith('`')) return inner;
  if (inner.includes('\n')) throw new Error('a line break in a string');
  return inner.replace(
    /\\(?:U([0-9a-f]{8})|u([0-9a-f]{4})|x([0-9a-f]{2})|([0-7]{3})|(.))/gs,
    (all, big, small, hex, octal, one) => {
      const code = big ?? small ?? hex;
      if (code !== undefined) return String.fromCodePoint(Number.parseInt(code, 16));
      if (octal !== undefined) return String.fromCodePoint(Number.parseInt(octal, 8));
      const meant = simpleEscapes[one];
      if (meant === undefined) throw new Error(`${all} is no escape`);
      return meant;
    },
  );
}

/** The tokens of a query; spaces are none. Throws for a string that does not end. */
export function tokensOf(query: string): Token[] {
  const tokens: Token[] = [];
  const token = /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`|#[^\n]*|\s+|[\s\S]/gu;
  for (const [text] of query.matchAll(token)) {
    if (/^\s/u.test(text)) continue;
    if (/^["'`]/.test(text)) {
      if (text.length < 2) throw new Error('a string does not end');
      tokens.push({ kind: 'string', value: decoded(text) });
    } else tokens.push(text.startsWith('#') ? { kind: 'comment' } : { kind: 'sign', text });
  }
  return tokens;
}
