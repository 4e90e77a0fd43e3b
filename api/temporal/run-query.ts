import { type SearchAttributeName, workflowTypes } from '../../domain/run/contract.ts';
import type { RunFilter } from '../ports.ts';

const attributes = {
  phase: 'Phase',
  outcome: 'Outcome',
  namespace: 'KubeNamespace',
  workload: 'Workload',
  policy: 'Policy',
} as const satisfies Partial<Record<keyof RunFilter, SearchAttributeName>>;

/** A run that only cut its history is listed once, as it goes on. */
const isEpisode = "(ExecutionStatus != 'ContinuedAsNew' OR Phase = 'Closed')";

/** The visibility query of a filter: every value quoted, so that none can add a condition. */
export function runQuery(filter: RunFilter): string {
  const conditions = Object.entries(attributes).flatMap(([field, attribute]) => {
    const value = filter[field as keyof typeof attributes];
    return value === undefined ? [] : [`${attribute} = ${quoted(value)}`];
  });
  if (filter.since !== undefined) conditions.push(`StartTime >= ${quoted(filter.since)}`);
  return [`WorkflowType = ${quoted(workflowTypes.remediation)}`, isEpisode, ...conditions].join(' AND ');
}

const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
