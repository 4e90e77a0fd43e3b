import type { Judgement } from '../domain/policy/checks/check-kind.ts';
import type { Check } from '../domain/policy/policy.ts';
import { fillQuery, type QueryNames } from '../domain/policy/promql.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { formatDuration } from '../domain/text/duration.ts';
import type { Prometheus } from './prometheus.ts';

/** What the queries are filled in with. */
export interface QueryValues {
  names: QueryNames;
  /** Labels of the alert that the queries name; what is not there leaves the check unproven. */
  labels?: Record<string, string> | undefined;
}

type PromqlCheck = Extract<Check, { promql: unknown }>['promql'];

/**
 * Whether Prometheus confirms every PromQL check, with the evidence in words: now, and for as long as the check asks.
 * `momentary`: only whether the query returns anything now. Throws when Prometheus cannot be asked: an unknown answer is
 * never a yes.
 */
export async function confirmByPrometheus(
  prometheus: Prometheus | undefined,
  checks: readonly Check[],
  values: QueryValues,
  { momentary = false }: { momentary?: boolean } = {},
): Promise<Judgement<string[]>> {
  const asked = checks.flatMap((check) => ('promql' in check ? [check.promql] : []));
  if (asked.length === 0) return { kind: 'holds', evidence: [] };
  if (prometheus === undefined) {
    throw new MendflowError('PROMETHEUS_UNAVAILABLE', 'the policy asks Prometheus, but no address is configured');
  }
  const answers = await Promise.all(
    asked.map((check) => askOne(prometheus, momentary ? { query: check.query } : check, values)),
  );
  const no = answers.find(({ kind }) => kind === 'fails') ?? answers.find(({ kind }) => kind === 'unproven');
  if (no !== undefined && no.kind !== 'holds') return no;
  return { kind: 'holds', evidence: answers.flatMap((answer) => (answer.kind === 'holds' ? [answer.evidence] : [])) };
}

async function askOne(
  prometheus: Prometheus,
  check: PromqlCheck,
  { names, labels = {} }: QueryValues,
): Promise<Judgement> {
  const filled = fillQuery(check.query, names, labels);
  if ('unproven' in filled) return { kind: 'unproven', why: filled.unproven };
  const heldForMs = check.for;
  const [value] = await prometheus.query(filled.query, heldForMs === undefined ? {} : { heldForMs });
  const time = heldForMs === undefined ? '' : ` for ${formatDuration(heldForMs)}`;
  return value === undefined
    ? { kind: 'fails', why: `promql ${filled.query} does not hold${time}` }
    : // The value comes first, so that a cut line loses only a part of the query.
      { kind: 'holds', evidence: `measured ${value}${time}: promql ${filled.query}` };
}
