import { queriesOf } from '../domain/checks.ts';
import { MendflowError } from '../domain/errors.ts';
import type { Check } from '../domain/policy.ts';
import { type QueryNames, withNames } from '../domain/promql.ts';
import type { Prometheus } from './prometheus.ts';

/**
 * The evidence in words that every PromQL check returns a sample now, or undefined when one returns none. Throws when
 * Prometheus cannot be asked: an unknown answer is never a yes.
 */
export async function confirmByPrometheus(
  prometheus: Prometheus | undefined,
  checks: readonly Check[],
  names: QueryNames,
): Promise<string[] | undefined> {
  const queries = queriesOf(checks).map((query) => withNames(query, names));
  if (queries.length > 0 && prometheus === undefined) {
    throw new MendflowError('PROMETHEUS_UNAVAILABLE', 'the policy asks Prometheus, but no address is configured');
  }
  const answers = await Promise.all(queries.map(async (query) => prometheus?.query(query) ?? []));
  if (answers.some((values) => values.length === 0)) return undefined;
  return answers.map((values, index) => `promql ${queries[index]} is ${values[0]}`);
}
