/** A placeholder of a query. */
export interface Placeholder {
  /** What stands between the braces: `pod`, `labels.job`. */
  name: string;
  /** The label of the alert that it stands for. */
  label?: string;
  start: number;
  end: number;
}

/** A longer text is no name of anything that Prometheus knows. */
const longestValue = 1_024;

/** The placeholders of a PromQL query, wherever they stand. */
export function placeholdersIn(query: string): Placeholder[] {
  return [...query.matchAll(/\{\{([^{}]*)\}\}/g)].map(({ 0: text, 1: inner = '', index: start }) => {
    const name = inner.trim();
    const label = /^labels\.(.+)$/s.exec(name)?.[1];
    return { name, ...(label !== undefined && { label }), start, end: start + text.length };
  });
}

/** The value of a label that can be asked for: not empty, at most 1,024 characters, text of Unicode. */
export function usableLabel(labels: Record<string, string>, label: string): string | undefined {
  const value = Object.hasOwn(labels, label) ? (labels[label] ?? '') : '';
  return value !== '' && value.length <= longestValue && value.isWellFormed() ? value : undefined;
}

/** The labels of an alert that the queries among the checks ask for, as `labels` of an activity's input; none: no field. */
export function labelsAsked(
  checks: readonly (object | { promql: { query: string } })[],
  labels: Record<string, string>,
): { labels?: Record<string, string> } {
  const queries = checks.flatMap((check) => ('promql' in check ? [check.promql.query] : []));
  const asked = queries.flatMap((query) => placeholdersIn(query).flatMap(({ label }) => label ?? []));
  const values = [...new Set(asked)].flatMap((label) => {
    const value = usableLabel(labels, label);
    return value === undefined ? [] : [[label, value] as const];
  });
  return values.length === 0 ? {} : { labels: Object.fromEntries(values) };
}
