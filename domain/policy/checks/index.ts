import { z } from 'zod';
import type { CheckKind, StatusCheck } from './check-kind.ts';
import { nodeCondition } from './node-condition.ts';
import { podCondition } from './pod-condition.ts';
import { promql } from './promql.ts';
import { restarts } from './restarts.ts';
import { unavailablePods } from './unavailable-pods.ts';
import { workloadCondition } from './workload-condition.ts';

/** Checks that live status answers. */
export const statusChecks = [podCondition, restarts, workloadCondition, unavailablePods, nodeCondition] as const;

/** Every kind of check that a policy can ask for, in the order of the reference. */
export const checkKinds = [...statusChecks, promql] as const;

type Parsed<Kind> = Kind extends { name: infer Name extends string; params: infer Params }
  ? { [Key in Name]: z.output<Params> }
  : never;

/** What every check may have beside its kind. */
const common = {
  name: z
    .string()
    .regex(/^.+$/, 'must be one line of text')
    .max(100)
    .optional()
    .describe('What the check asks for, in a few words; messages say this instead of a query or a list of fields.'),
};

/** One check of a policy: the name of its kind as the key, perhaps beside a name for people. */
export type Check = Parsed<(typeof checkKinds)[number]> & { name?: string | undefined };

/** The same kinds, asked for what all of them have. */
const anyKind: readonly CheckKind[] = checkKinds;
const anyStatusKind: readonly StatusCheck[] = statusChecks;

const oneOfThem: z.ZodType = z.union(
  anyKind.map(({ name, summary, params }) => z.strictObject({ ...common, [name]: params }).describe(summary)),
);

/** The field of a policy that takes one check. */
// The compiler does not follow a computed key: that each shape is the one of its kind, the line above says.
export const checkSchema = oneOfThem as z.ZodType<Check>;

/** The kind of a check, and what this one asks of it. */
export function kindOf(check: Check): { kind: CheckKind; params: Record<string, unknown> } {
  const { name: _, ...asked } = check;
  const [[name, params] = ['', {}]] = Object.entries(asked);
  const kind = anyKind.find((known) => known.name === name);
  if (kind === undefined) throw new Error(`there is no check ${name}`);
  return { kind, params };
}

/** As kindOf, for a check that live status answers; undefined for one that is asked elsewhere. */
export function statusKindOf(check: Check): { kind: StatusCheck; params: Record<string, unknown> } | undefined {
  const { kind, params } = kindOf(check);
  const statusKind = anyStatusKind.find(({ name }) => name === kind.name);
  return statusKind && { kind: statusKind, params };
}
