import { MendflowError } from '../run/errors.ts';
import { isLabelName, isSubdomainName } from '../text/names.ts';
import type { Check } from './policy.ts';
import { type Placeholder, placesOf } from './promql-places.ts';

/** Names read from the cluster, never from an alert. */
export interface QueryNames {
  namespace: string;
  workload: string;
  pod?: string;
}

const names = ['namespace', 'workload', 'pod'] as const;
const labelPrefix = 'labels.';
/** A longer text is no name of anything that Prometheus knows. */
const longestValue = 1_024;
/** How the templates of Prometheus and Alertmanager write it. */
const foreignLabel = /^(?:\$labels|\.?(?:Common|Group)?Labels|\.labels)\.(.+)$/;

/** True when the query speaks of one pod. */
export function isAboutPod(query: string): boolean {
  return placesOf(query).placeholders.some(({ name }) => name === 'pod');
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

/** What keeps a query from being asked; none when it can be filled in safely. */
export function queryFaults(query: string): QueryFault[] {
  const { placeholders, unbalanced } = placesOf(query);
  const faults = placeholders.flatMap((placeholder) => {
    const label = labelOf(placeholder);
    const found = label === undefined ? nameFault(placeholder) : labelFault(placeholder, label);
    return found === undefined ? [] : [found];
  });
  return unbalanced === undefined
    ? faults
    : [...faults, fault(unbalanced, 'close every quote and bracket of the query')];
}

function nameFault({ name, inside }: Placeholder): QueryFault | undefined {
  const written = `{{${name}}}`;
  const foreign = foreignLabel.exec(name)?.[1];
  if (foreign !== undefined) {
    return fault(`there is no ${written} here`, `write {{labels.${foreign}}}, after = and without quotes`);
  }
  if (!names.some((known) => known === name)) {
    const known = names.map((each) => `{{${each}}}`).join(', ');
    return fault(`there is no ${written} here`, `use ${known}, or {{labels.NAME}} for a label of the alert`);
  }
  if (inside === 'string') return undefined;
  return inside === 'comment'
    ? inComment(written)
    : fault(`${written} stands outside quotes`, `put it in quotes, as in {${name}="${written}"}`);
}

function labelFault({ inside, operator }: Placeholder, label: string): QueryFault | undefined {
  const written = `{{labels.${label}}}`;
  const example = `{${/^[a-zA-Z_]\w*$/.test(label) ? label : 'job'}=${written}}`;
  if (inside === 'comment') return inComment(written);
  if (inside === 'string') {
    return fault(`${written} stands in quotes, but brings its own`, `take the quotes away, as in ${example}`);
  }
  if (operator === '=') return undefined;
  const wrong =
    operator === undefined
      ? 'stands where no label is matched'
      : `stands after ${operator}: text of an alert could match everything there`;
  return fault(`${written} ${wrong}`, `match it with =, as in ${example}`);
}

const inComment = (written: string) => fault(`${written} stands in a comment of the query`, 'leave it out there');

const labelOf = ({ name }: Pick<Placeholder, 'name'>): string | undefined =>
  name.startsWith(labelPrefix) && name.length > labelPrefix.length ? name.slice(labelPrefix.length) : undefined;

/** A query ready to be asked, or why it cannot be. */
export type FilledQuery = { query: string } | { unproven: string };

/**
 * The query with its placeholders replaced: a name by itself, a label by a string literal that holds it. A label that
 * the alert lacks, that is empty or longer than 1,024 characters leaves the question open: it is never widened. Throws
 * INVALID_POLICY for a query with faults and NOT_APPLICABLE for a name that is no Kubernetes name, so that nothing can
 * break out of its place.
 */
export function fillQuery(query: string, known: QueryNames, labels: Record<string, string>): FilledQuery {
  const [wrong] = queryFaults(query);
  if (wrong !== undefined) throw new MendflowError('INVALID_POLICY', `promql: ${wrong.message}`);
  let filled = '';
  let at = 0;
  for (const placeholder of placesOf(query).placeholders) {
    const label = labelOf(placeholder);
    const value = label === undefined ? nameFor(placeholder, known) : literalOf(labels, label);
    if (typeof value === 'object') return value;
    filled += query.slice(at, placeholder.start) + value;
    at = placeholder.end;
  }
  return { query: filled + query.slice(at) };
}

function nameFor({ name, operator }: Placeholder, known: QueryNames): string {
  const value = known[name as keyof QueryNames];
  if (value === undefined) throw new MendflowError('NOT_APPLICABLE', `promql: there is no ${name} to ask about`);
  const isName = name === 'namespace' ? isLabelName(value) : isSubdomainName(value);
  if (!isName) throw new MendflowError('NOT_APPLICABLE', `promql: the ${name} is not a Kubernetes name`);
  // In a regular expression a dot stands for any sign, and another object's name could match.
  return operator === '=~' || operator === '!~' ? value.replaceAll('.', '[.]') : value;
}

function literalOf(labels: Record<string, string>, label: string): string | { unproven: string } {
  const value = usable(labels, label);
  if (value !== undefined) return stringLiteral(value);
  return { unproven: `the query asks for label ${label}, which the alert lacks, or which is empty or too long` };
}

function usable(labels: Record<string, string>, label: string): string | undefined {
  const value = Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
  return value !== '' && value.length <= longestValue && value.isWellFormed() ? value : undefined;
}

/** The text as a string literal of PromQL, in ASCII but for letters and signs that can be seen. */
export function stringLiteral(text: string): string {
  return JSON.stringify(text).replace(/[\p{C}\p{Zl}\p{Zp}]/gu, (sign) => {
    const code = sign.codePointAt(0) ?? 0;
    return code > 0xffff ? `\\U${code.toString(16).padStart(8, '0')}` : `\\u${code.toString(16).padStart(4, '0')}`;
  });
}

/** The labels of an alert that the queries among the checks ask for, as `labels` of an activity's input; none: no field. */
export function labelsAsked(
  checks: readonly Check[],
  labels: Record<string, string>,
): { labels?: Record<string, string> } {
  const queries = checks.flatMap((check) => ('promql' in check ? [check.promql.query] : []));
  const asked = queries.flatMap((query) => placesOf(query).placeholders.flatMap((place) => labelOf(place) ?? []));
  const values = [...new Set(asked)].flatMap((label) => {
    const value = usable(labels, label);
    return value === undefined ? [] : [[label, value] as const];
  });
  return values.length === 0 ? {} : { labels: Object.fromEntries(values) };
}
