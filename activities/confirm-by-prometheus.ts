import type { Judgement } from '../domain/policy/checks/check-kind.ts';
import type { Check } from '../domain/policy/policy.ts';
import { fillQuery, type QueryNames } from '../domain/policy/promql.ts';
import { comparedIn } from '../domain/policy/promql-measured.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { formatDuration } from '../domain/text/duration.ts';
import type { Prometheus } from './prometheus.ts';

/** What the queries are filled in with. */
export interface QueryValues {
  names: QueryNames;
  /** Labels of the alert that the queries name; what is not there leaves the check unproven. */
  labels?: Record<string, string> | undefined;
}

type PromqlCheck = Extract<Check, { promql: unknown }>;

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
  const asked = checks.flatMap((check) => ('promql' in check ? [check] : []));
  if (asked.length === 0) return { kind: 'holds', evidence: [] };
  if (prometheus === undefined) {
    throw new MendflowError('PROMETHEUS_UNAVAILABLE', 'the policy asks Prometheus, but no address is configured');
  }
  const answers = await Promise.all(asked.map((check) => askOne(prometheus, check, values, momentary)));
  const no = answers.find(({ kind }) => kind === 'fails') ?? answers.find(({ kind }) => kind === 'unproven');
  if (no !== undefined && no.kind !== 'holds') return no;
  return { kind: 'holds', evidence: answers.flatMap((answer) => (answer.kind === 'holds' ? [answer.evidence] : [])) };
}

async function askOne(
  prometheus: Prometheus,
  check: PromqlCheck,
  { names, labels = {} }: QueryValues,
  momentary: boolean,
): Promise<Judgement> {
  const filled = fillQuery(check.promql.query, names, labels);
  if (filled.kind === 'unproven') return filled;
  const heldForMs = momentary ? undefined : check.promql.for;
  const [value] = await prometheus.query(filled.query, heldForMs === undefined ? {} : { heldForMs });
  const time = heldForMs === undefined ? '' : ` for ${formatDuration(heldForMs)}`;
  if (value === undefined)
    return { kind: 'fails', why: momentary ? nothing : await measuredInstead(prometheus, filled.query) };
  // The value comes first, so that a cut line loses only a part of the query.
  const named = check.name === undefined ? '' : `${check.name}: `;
  return { kind: 'holds', evidence: `${named}measured ${value}${time}: promql ${filled.query}` };
}

const nothing = 'Prometheus returns nothing for it';

/** What is there instead of what the query asks for; the figure is for people, no decision rests on it. */
async function measuredInstead(prometheus: Prometheus, query: string): Promise<string> {
  const compared = comparedIn(query);
  const value = compared && (await prometheus.measure?.(compared.query));
  if (compared === undefined || value === undefined) return nothing;
  return `${Number(value.toPrecision(3))} now, where the check asks for ${compared.asked}`;
}
