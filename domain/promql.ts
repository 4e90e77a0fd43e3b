import { MendflowError } from './errors.ts';
import { isLabelName, isSubdomainName } from './names.ts';

/** Names read from the cluster, never from an alert. */
export interface QueryNames {
  namespace: string;
  workload: string;
  pod?: string;
}

const placeholder = /\{\{\s*([^{}]*?)\s*\}\}/g;

/** True when the query speaks of one pod. */
export function isAboutPod(query: string): boolean {
  return [...query.matchAll(placeholder)].some(([, name]) => name === 'pod');
}

/**
 * The query with its placeholders replaced. Throws INVALID_POLICY for an unknown placeholder or one without a name, and
 * NOT_APPLICABLE for a name that is no Kubernetes name, so that nothing can break out of the quotes.
 */
export function withNames(query: string, names: QueryNames): string {
  const known = new Map<string, string>(Object.entries(names));
  return query.replace(placeholder, (_, key: string) => {
    const name = known.get(key);
    if (name === undefined) {
      throw new MendflowError('INVALID_POLICY', `promql: there is no {{${key}}} here; use namespace, pod or workload`);
    }
    const isName = key === 'namespace' ? isLabelName(name) : isSubdomainName(name);
    if (!isName) throw new MendflowError('NOT_APPLICABLE', `promql: the ${key} is not a Kubernetes name`);
    return name;
  });
}
