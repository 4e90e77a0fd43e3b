import { RE2JS } from 're2js';

/** One matcher in Alertmanager syntax. A label the alert lacks counts as empty, as in Alertmanager. */
export interface Matcher {
  label: string;
  operator: '=' | '!=' | '=~' | '!~';
  value: string;
  /** As it is written. */
  text: string;
  matches(labels: Record<string, string>): boolean;
}

/** Label or value: in double quotes, or bare. What is bare holds none of the signs that the syntax needs. */
const word = /\s*(?:"((?:[^"\\]|\\.)*)"|([^\s{}!=~,\\"'`]+))/sy;
const operators = /\s*(=~|!~|!=|=)/y;
const comma = /\s*,/y;
const rest = /\s*$/y;
/** A name that every version of Alertmanager takes without quotes. */
const classicName = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;

/** A text and how far it was read. */
interface Reader {
  text: string;
  at: number;
}

/** A matcher as it is written; quoted parts still hold their escapes. */
interface Written {
  label: string;
  operator: Matcher['operator'];
  value: string;
  text: string;
}

/**
 * Reads the matchers of one text as Alertmanager does: `severity=~"warning|critical"`, or several as in
 * `{severity="critical", team!="web"}`. Regular expressions have RE2 semantics (linear time) and are anchored. Throws an
 * Error whose message says what is wrong and what to write. Stricter than Alertmanager where that would guess: a text
 * without a matcher, a value with signs of the syntax outside double quotes, and a brace without its partner are refused.
 */
export function parseMatchers(text: string): Matcher[] {
  const reader = insideBraces(text);
  const written: Written[] = [];
  do written.push(readMatcher(reader, text));
  while (read(reader, comma) !== undefined && !isAtEnd(reader));
  if (!isAtEnd(reader)) {
    const left = reader.text.slice(reader.at).trim();
    throw wrong(text, `after ${written.at(-1)?.text} comes a comma or the end, not ${left}`);
  }
  const isClassic = written.every(({ label }) => classicName.test(label));
  return written.map(({ label, operator, value, text: own }) => {
    const parts = { label: unescaped(label, text, isClassic), operator, value: unescaped(value, text, isClassic) };
    if (parts.label === '') throw wrong(text, 'the name of the label is empty');
    return { ...parts, text: own, matches: tester(parts) };
  });
}

function insideBraces(text: string): Reader {
  const trimmed = text.trim();
  const [opens, closes] = [trimmed.startsWith('{'), trimmed.endsWith('}')];
  if (opens !== closes) throw wrong(text, `the brace ${opens ? '{ is not closed' : '} is not opened'}`);
  const inner = opens ? trimmed.slice(1, -1) : trimmed;
  if (inner.trim() === '') throw wrong(text, 'it is empty, which never means every alert');
  return { text: inner, at: 0 };
}

function readMatcher(reader: Reader, whole: string): Written {
  const from = reader.at;
  const name = read(reader, word);
  const label = name?.[1] ?? name?.[2];
  if (label === undefined) throw wrong(whole, 'a label must stand before the operator');
  const operator = read(reader, operators)?.[1] as Matcher['operator'] | undefined;
  if (operator === undefined) throw wrong(whole, `after ${label} comes =, !=, =~ or !~`);
  const found = read(reader, word);
  const value = found?.[1] ?? found?.[2];
  const isCut = found?.[2] !== undefined && !/^\s*(?:,|$)/.test(reader.text.slice(reader.at));
  if (value === undefined || isCut) throw wrong(whole, `the value must stand in double quotes: ${label}${operator}"…"`);
  return { label, operator, value, text: reader.text.slice(from, reader.at).trim() };
}

function read(reader: Reader, pattern: RegExp): RegExpExecArray | undefined {
  pattern.lastIndex = reader.at;
  const found = pattern.exec(reader.text);
  if (found !== null) reader.at = pattern.lastIndex;
  return found ?? undefined;
}

function isAtEnd({ text, at }: Reader): boolean {
  rest.lastIndex = at;
  return rest.test(text);
}

/**
 * A backslash before ", \ and n is an escape. Before anything else it stands for itself, unless a label of the text has
 * a name that needs quotes: that Alertmanager reads with other rules, and such a text is refused.
 */
function unescaped(part: string, text: string, isClassic: boolean): string {
  const foreign = isClassic ? undefined : /(?:^|[^\\])(?:\\\\)*(\\[^"\\n]|\n)/s.exec(part)?.[1];
  if (foreign === '\n') throw wrong(text, 'a line break in quotes is written \\n');
  if (foreign !== undefined) throw wrong(text, `${foreign} is no escape here; write \\${foreign} for a backslash`);
  return part.replace(/\\(["\\n])/g, (_, sign: string) => (sign === 'n' ? '\n' : sign));
}

function tester({ label, operator, value }: Pick<Matcher, 'label' | 'operator' | 'value'>): Matcher['matches'] {
  if (operator === '=') return (labels) => labelIn(labels, label) === value;
  if (operator === '!=') return (labels) => labelIn(labels, label) !== value;
  const pattern = compile(value);
  const wanted = operator === '=~';
  return (labels) => pattern.matches(labelIn(labels, label)) === wanted;
}

/** Labels come from outside: what every object has by birth is none of them. */
const labelIn = (labels: Record<string, string>, label: string) =>
  (Object.hasOwn(labels, label) ? labels[label] : '') ?? '';

function compile(pattern: string): RE2JS {
  try {
    return RE2JS.compile(pattern);
  } catch (cause) {
    throw new Error(`"${pattern}" is no regular expression of RE2 (${(cause as Error).message})`, { cause });
  }
}

const wrong = (text: string, why: string) =>
  new Error(`"${text}" is not a matcher: ${why}; write one such as alertname="MemoryLeakDetected"`);
