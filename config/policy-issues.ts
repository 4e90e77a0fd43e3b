import type { z } from 'zod';

type Issue = z.core.$ZodIssue;
type UnionIssue = Extract<Issue, { code: 'invalid_union' }>;

/** Keys that a member of the union cannot do without and that are not there. */
const missing = (issues: readonly Issue[]) =>
  issues.flatMap(({ code, path, message }) =>
    code === 'invalid_type' && path.length === 1 && message.endsWith('undefined') ? [String(path[0])] : [],
  );

/** Keys that a member does not know. */
const strangers = (issues: readonly Issue[]) =>
  issues.flatMap((issue) => (issue.code === 'unrecognized_keys' && issue.path.length === 0 ? issue.keys : []));

/** The faults of the member that was meant, which is the one whose own keys are there. */
function resolve({ errors, path }: UnionIssue): Issue[] {
  const custom = (message: string): Issue[] => [{ code: 'custom', path, message, input: undefined }];
  const [meant, another] = errors.filter((issues) => missing(issues).length === 0);
  if (meant !== undefined && another === undefined) {
    return flattened(meant.map((issue) => ({ ...issue, path: [...path, ...issue.path] })));
  }
  if (meant !== undefined) {
    const together = [...new Set(errors.flatMap(strangers))];
    return custom(`has ${together.join(' and ')} together; write an item for each`);
  }
  const [first = [], ...others] = errors.map(strangers);
  const keys = first.filter((key) => others.every((known) => known.includes(key)));
  if (keys.length > 0) return [{ code: 'unrecognized_keys', keys, path, message: '', input: {} }];
  return custom(`is empty; write one of ${errors.flatMap(missing).join(', ')}`);
}

const isAboutKeys = ({ errors }: UnionIssue) =>
  errors.some((issues) => missing(issues).length > 0 || strangers(issues).length > 0);

/** The issues, with each union of mappings replaced by the faults of the member that was meant, at their own places. */
export function flattened(issues: readonly Issue[]): Issue[] {
  return issues.flatMap((issue) => (issue.code === 'invalid_union' && isAboutKeys(issue) ? resolve(issue) : [issue]));
}
