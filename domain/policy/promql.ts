import { MendflowError } from '../run/errors.ts';
import { isLabelName, isSubdomainName } from '../text/names.ts';
import { errorsIn, parseQuery, type QueryNode } from './promql-grammar.ts';
import { type Placeholder, placeholdersIn, usableLabel } from './promql-placeholders.ts';
import { typeErrorsIn } from './promql-types.ts';

/** Names read from the cluster, never from an alert. */
export interface QueryNames {
  namespace: string;
  workload: string;
  pod?: string;
}

const names = ['namespace', 'workload', 'pod'] as const;
/** How the templates of Prometheus and Alertmanager write it. */
const foreignLabel = /^(?:\$labels|\.?(?:Common|Group)?Labels|\.labels)\.(.+)$/;

/** True when the query speaks of one pod. */
export function isAboutPod(query: string): boolean {
  return placeholdersIn(query).some(({ name }) => name === 'pod');
}

/** What is wrong, with what to write instead in the same sentence and by itself. */
interface QueryFault {
  message: string;
  fix: string;
}

const fault = (wrong: string, instead: string): QueryFault => ({
  message: `${wrong}; ${instead}`,
  fix: `${instead.charAt(0).toUpperCase()}${instead.slice(1)}.`,
});

/** No policy holds a longer query; a longer one is not read. */
const longestQuery = 2_000;

/** A placeholder, and what it stands in. */
interface Place extends Placeholder {
  /** Where it stands as the text looks: decides what replaces it while the query is read, and the words of a fault. */
  inside: 'code' | 'string' | 'comment';
  /** By the grammar: a name within a string, a label as a complete string. Nothing else is filled in. */
  isInPlace: boolean;
  /** The operator of the matcher whose value it is, or is a part of. */
  operator: string | undefined;
}

/** A query as it is once its placeholders are filled in. */
interface ReadQuery {
  /** As long as the query: letters in place of each name, a string in place of each label. */
  text: string;
  top: QueryNode;
  places: Place[];
}

/** Placeholders, strings and comments; a string that is not closed goes on to the end of its line. */
const spans = /\{\{[^{}]*\}\}|"(?:[^"\\\n]|\\[^\n])*"?|'(?:[^'\\\n]|\\[^\n])*'?|`[^`]*`?|#[^\n]*/g;

function readQuery(query: string): ReadQuery {
  const literals = [...query.matchAll(spans)].map(({ 0: text, index }) => ({ from: index, to: index + text.length }));
  const placeholders = placeholdersIn(query).map((placeholder) => {
    const around = literals.find(({ from, to }) => from < placeholder.start && placeholder.end <= to);
    const inside = around === undefined ? 'code' : query.charAt(around.from) === '#' ? 'comment' : 'string';
    return { ...placeholder, inside } as const;
  });
  let text = '';
  for (const { start, end, label, inside } of placeholders) {
    const isString = label !== undefined && inside === 'code';
    text += query.slice(text.length, start);
    text += isString ? `"${'x'.repeat(end - start - 2)}"` : 'x'.repeat(end - start);
  }
  text += query.slice(text.length);
  const top = parseQuery(text);
  const places = placeholders.map((one) => ({ ...one, ...placeIn(top, one, text) }));
  return { text, top, places };
}

function placeIn(top: QueryNode, { start, end, label }: Placeholder, text: string) {
  const node = top.resolveInner(start, 1);
  const operator = node.parent?.getChild('MatchOp');
  const isWhole = node.from === start && node.to === end;
  const isInPlace = node.name === 'StringLiteral' && isWhole === (label !== undefined);
  return { isInPlace, operator: operator ? text.slice(operator.from, operator.to) : undefined };
}

/** What keeps a query from being asked; none when it can be filled in safely, and Prometheus would read it. */
export function queryFaults(query: string): QueryFault[] {
  const tooLong = lengthFault(query);
  return tooLong === undefined ? faultsOf(query, readQuery(query)) : [tooLong];
}

const lengthFault = (query: string): QueryFault | undefined =>
  query.length > longestQuery
    ? fault(`the query is longer than ${longestQuery} characters`, 'move a part of it into a recording rule')
    : undefined;

function faultsOf(query: string, { text, top, places }: ReadQuery): QueryFault[] {
  const misplaced = places.flatMap((place) => {
    if (isKnown(place) && place.isInPlace && (place.label === undefined || place.operator === '=')) return [];
    return [place.label === undefined ? nameFault(place) : labelFault(place, place.label)];
  });
  if (misplaced.length > 0) return misplaced;
  const errors = errorsIn(text, top);
  const wrong = errors.length > 0 ? errors : typeErrorsIn(text, top);
  return wrong.map(({ at, message, fix }) => ({ message: `${message} (${positionOf(query, at)})`, fix }));
}

const isKnown = ({ name, label }: Placeholder) => label !== undefined || names.some((known) => known === name);

function positionOf(query: string, at: number): string {
  const lines = query.slice(0, at).split('\n');
  return `line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}`;
}

function nameFault(place: Place): QueryFault {
  const written = `{{${place.name}}}`;
  const foreign = foreignLabel.exec(place.name)?.[1];
  if (foreign !== undefined) {
    return fault(`there is no ${written} here`, `write {{labels.${foreign}}}, after = and without quotes`);
  }
  if (!isKnown(place)) {
    const known = names.map((each) => `{{${each}}}`).join(', ');
    return fault(`there is no ${written} here`, `use ${known}, or {{labels.NAME}} for a label of the alert`);
  }
  return place.inside === 'comment'
    ? inComment(written)
    : fault(`${written} stands outside quotes`, `put it in quotes, as in {${place.name}="${written}"}`);
}

function labelFault({ inside, operator = '=' }: Place, label: string): QueryFault {
  const written = `{{labels.${label}}}`;
  const example = `{${/^[a-zA-Z_]\w*$/.test(label) ? label : 'job'}=${written}}`;
  if (inside === 'comment') return inComment(written);
  if (inside === 'string') {
    return fault(`${written} stands in quotes, but brings its own`, `take the quotes away, as in ${example}`);
  }
  const wrong =
    operator === '='
      ? 'stands where no label is matched'
      : `stands after ${operator}: text of an alert could match everything there`;
  return fault(`${written} ${wrong}`, `match it with =, as in ${example}`);
}

const inComment = (written: string) => fault(`${written} stands in a comment of the query`, 'leave it out there');

/** A query ready to be asked, or why it cannot be. */
export type FilledQuery = { kind: 'filled'; query: string } | Unproven;

interface Unproven {
  kind: 'unproven';
  why: string;
}

/**
 * The query with its placeholders replaced: a name by itself, a label by a string literal that holds it. A label that
 * the alert lacks, that is empty or longer than 1,024 characters leaves the question open: it is never widened. Throws
 * INVALID_POLICY for a query with faults and NOT_APPLICABLE for a name that is no Kubernetes name, so that nothing can
 * break out of its place.
 */
export function fillQuery(query: string, known: QueryNames, labels: Record<string, string>): FilledQuery {
  const read = readWithoutFault(query);
  let filled = '';
  let at = 0;
  for (const place of read.places) {
    const value = place.label === undefined ? nameFor(place, known) : literalOf(labels, place.label);
    if (typeof value === 'object') return value;
    filled += query.slice(at, place.start) + value;
    at = place.end;
  }
  return { kind: 'filled', query: filled + query.slice(at) };
}

function readWithoutFault(query: string): ReadQuery {
  const refuse = ({ message }: QueryFault) => new MendflowError('INVALID_POLICY', `promql: ${message}`);
  const tooLong = lengthFault(query);
  if (tooLong !== undefined) throw refuse(tooLong);
  const read = readQuery(query);
  const [wrong] = faultsOf(query, read);
  if (wrong !== undefined) throw refuse(wrong);
  return read;
}

function nameFor({ name, operator }: Place, known: QueryNames): string {
  const value = known[name as keyof QueryNames];
  if (value === undefined) throw new MendflowError('NOT_APPLICABLE', `promql: there is no ${name} to ask about`);
  const isName = name === 'namespace' ? isLabelName(value) : isSubdomainName(value);
  if (!isName) throw new MendflowError('NOT_APPLICABLE', `promql: the ${name} is not a Kubernetes name`);
  // In a regular expression a dot stands for any sign, and another object's name could match.
  return operator === '=~' || operator === '!~' ? value.replaceAll('.', '[.]') : value;
}

function literalOf(labels: Record<string, string>, label: string): string | Unproven {
  const value = usableLabel(labels, label);
  if (value !== undefined) return stringLiteral(value);
  const why = `the query asks for label ${label}, which the alert lacks, or which is empty or too long`;
  return { kind: 'unproven', why };
}

/** The text as a string literal of PromQL, in ASCII but for letters and signs that can be seen. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}
