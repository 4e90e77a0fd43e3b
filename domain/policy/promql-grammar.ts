import { parser } from '@prometheus-io/lezer-promql';

/** A node of a query's syntax tree; its positions are those of the text. */
export type QueryNode = ReturnType<typeof parser.parse>['topNode'];

/** What Prometheus would refuse, where it begins in the text, and what to write instead. */
export interface QueryError {
  at: number;
  message: string;
  fix: string;
}

/** Reads a query by the grammar of Prometheus. There is always a tree; errorsIn says whether it can be believed. */
export const parseQuery = (text: string): QueryNode => parser.parse(text).topNode;

/** The operators that compare, as the grammar calls them. */
export const comparisons: readonly string[] = ['Eql', 'Neq', 'Gtr', 'Lss', 'Gte', 'Lte'];

/** What a node consists of, in the order of the text; comments are left out. */
export function childrenOf(node: QueryNode): QueryNode[] {
  const children: QueryNode[] = [];
  for (let child = node.firstChild; child !== null; child = child.nextSibling) {
    if (child.name !== 'LineComment') children.push(child);
  }
  return children;
}

/** What the grammar or the lexer of Prometheus refuses. None: the tree is the one that Prometheus builds. */
export function errorsIn(text: string, top: QueryNode): QueryError[] {
  const strings: QueryError[] = [];
  const literals: { from: number; to: number }[] = [];
  let syntax: QueryError | undefined;
  let identifier = { from: 0, to: 0 };
  top.cursor().iterate(({ name, type, from, to }) => {
    if (name === 'StringLiteral') strings.push(...stringErrors(text.slice(from, to), from));
    if (name === 'StringLiteral' || name === 'LineComment') literals.push({ from, to });
    if (type.isError) syntax ??= unexpected(text, { at: from, name: identifier });
    if (name === 'Identifier') identifier = { from, to };
  });
  // An open quote swallows the text behind it, so later errors are not reported.
  if (strings.length > 0) return syntax === undefined ? strings : strings.slice(0, 1);
  return [syntax ?? foreignSign(text, literals)].filter((error) => error !== undefined);
}

const tryIt = 'Try the query on the page of Prometheus, with names in place of {{…}}.';

/** The error at a place of the text, `name` being the identifier before it. */
function unexpected(text: string, { at, name }: { at: number; name: { from: number; to: number } }): QueryError {
  const rest = text.slice(at).trimStart();
  if (rest === '') return { at, message: 'the query ends too early', fix: 'Close every bracket and finish the query.' };
  const isCall = rest.startsWith('(') && name.to > 0 && text.slice(name.to, at).trim() === '';
  if (isCall) {
    const called = text.slice(name.from, name.to).slice(0, 60);
    return { at: name.from, message: `PromQL has no function ${called}`, fix: tryIt };
  }
  const sign = /^(?:[\w.:]{1,60}|.)/su.exec(rest)?.[0] ?? '';
  return { at: text.length - rest.length, message: `"${sign}" is not expected here`, fix: tryIt };
}

const closed = /^(?:"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'|`[^`]*`)$/;
const escapes = /\\(?:([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gsu;
const simpleEscapes: Record<string, string> = {
  ...{ a: '\u0007', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v', '\\': '\\' },
};

/** What a string literal means, by the escapes of Go; or the escape that Prometheus refuses, and where it stands. */
export function meaningOf(
  literal: string,
): { kind: 'text'; value: string } | { kind: 'wrong'; wrong: string; at: number } {
  const quote = literal.charAt(0);
  const inner = literal.slice(1, -1);
  if (quote === '`') return { kind: 'text', value: inner };
  let value = '';
  let read = 0;
  for (const { 0: written, 1: octal, 2: byte, 3: short, 4: long, 5: sign = '', index } of inner.matchAll(escapes)) {
    const code = octal === undefined ? Number.parseInt(byte ?? short ?? long ?? '', 16) : Number.parseInt(octal, 8);
    const most = octal === undefined ? 0x10ffff : 0xff;
    const isCharacter = code <= most && !(code >= 0xd800 && code <= 0xdfff);
    const meant = isCharacter ? String.fromCodePoint(code) : sign === quote ? quote : simpleEscapes[sign];
    if (meant === undefined) return { kind: 'wrong', wrong: written, at: 1 + index };
    value += inner.slice(read, index) + meant;
    read = index + written.length;
  }
  return { kind: 'text', value: value + inner.slice(read) };
}

function stringErrors(literal: string, at: number): QueryError[] {
  const quote = literal.charAt(0);
  if (!closed.test(literal)) {
    return [{ at, message: `a quote ${quote} is not closed`, fix: 'Close every quote and bracket of the query.' }];
  }
  const meaning = meaningOf(literal);
  if (meaning.kind === 'text') return [];
  const { wrong } = meaning;
  const fix = `Write \\${wrong} where a backslash is meant, or put the text in backquotes.`;
  return [{ at: at + meaning.at, message: `${wrong} is no escape in a string of PromQL`, fix }];
}

/** Where the grammar takes more for a space than Prometheus does: every blank of Unicode, and a carriage return in a comment. */
function foreignSign(text: string, literals: readonly { from: number; to: number }[]): QueryError | undefined {
  let read = 0;
  for (const { from, to } of [...literals, { from: text.length, to: text.length }]) {
    const found = /[^\x20-\x7e\t\n\r]/u.exec(text.slice(read, from));
    if (found !== null) {
      const code = (found[0].codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
      const message = `the sign U+${code} is no space in PromQL, though it may look like one`;
      return { at: read + found.index, message, fix: 'Write an ordinary space in its place.' };
    }
    if (text.charAt(from) === '#' && /\r./su.test(text.slice(from, to))) {
      return { at: from, message: 'a carriage return ends this comment', fix: 'Write a line feed there.' };
    }
    read = to;
  }
  return undefined;
}
