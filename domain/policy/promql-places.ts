/** A placeholder of a query, and where in the language it stands. */
export interface Placeholder {
  /** What stands between the braces: `pod`, `labels.job`. */
  name: string;
  start: number;
  end: number;
  inside: 'code' | 'string' | 'comment';
  /** The operator that a matcher in a selector has before it, or before the string that it stands in. */
  operator: string | undefined;
}

/** A query as far as its structure matters to us. */
export interface QueryPlaces {
  placeholders: Placeholder[];
  /** A quote or bracket without its partner, in words. */
  unbalanced?: string;
}

const placeholder = /\{\{([^{}]*)\}\}/y;
const space = /\s/;
const matcherOperator = /(?:=~|!~|!=|==|>=|<=|=)$/;
const partners: Record<string, string> = { ')': '(', ']': '[', '}': '{' };
const openers = Object.values(partners);

/** What was read of the query so far. */
interface Reading {
  query: string;
  at: number;
  found: QueryPlaces;
  /** Brackets that are still open. */
  open: string[];
  /** Everything outside strings and comments, without spaces. */
  code: string;
}

/** Finds the placeholders of a PromQL query and what each stands in: code, a string or a comment. */
export function placesOf(query: string): QueryPlaces {
  const reading: Reading = { query, at: 0, found: { placeholders: [] }, open: [], code: '' };
  while (reading.at < query.length) readCode(reading);
  const [left] = reading.open;
  if (left !== undefined) reading.found.unbalanced ??= `a ${left} is not closed`;
  return reading.found;
}

function readCode(reading: Reading): void {
  const sign = reading.query[reading.at] ?? '';
  if (take(reading, 'code', operatorBefore(reading))) reading.code += '""';
  else if (sign === '"' || sign === "'" || sign === '`') readString(reading, sign);
  else if (sign === '#') readComment(reading);
  else {
    reading.at += 1;
    if (space.test(sign)) return;
    reading.code += sign;
    if (openers.includes(sign)) reading.open.push(sign);
    const partner = partners[sign];
    if (partner !== undefined && reading.open.pop() !== partner)
      reading.found.unbalanced ??= `a ${sign} closes nothing`;
  }
}

function readString(reading: Reading, quote: string): void {
  const { query } = reading;
  const operator = operatorBefore(reading);
  const isRaw = quote === '`';
  reading.at += 1;
  for (;;) {
    const sign = query[reading.at];
    if (sign === undefined || (sign === '\n' && !isRaw)) {
      reading.found.unbalanced ??= `a quote ${quote} is not closed`;
      break;
    }
    if (take(reading, 'string', operator)) continue;
    reading.at += sign === '\\' && !isRaw ? 2 : 1;
    if (sign === quote) break;
  }
  reading.code += '""';
}

function readComment(reading: Reading): void {
  while (reading.at < reading.query.length && reading.query[reading.at] !== '\n') {
    if (!take(reading, 'comment', undefined)) reading.at += 1;
  }
}

/** Takes a placeholder, when one stands here. */
function take(reading: Reading, inside: Placeholder['inside'], operator: string | undefined): boolean {
  const start = reading.at;
  placeholder.lastIndex = start;
  const name = placeholder.exec(reading.query)?.[1]?.trim();
  if (name === undefined) return false;
  reading.at = placeholder.lastIndex;
  reading.found.placeholders.push({ name, start, end: reading.at, inside, operator });
  return true;
}

const operatorBefore = ({ open, code }: Reading): string | undefined =>
  open.at(-1) === '{' ? matcherOperator.exec(code.slice(-2))?.[0] : undefined;
