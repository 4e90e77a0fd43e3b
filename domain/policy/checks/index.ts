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

/** One check of a policy: the name of its kind as the only key. */
export type Check = Parsed<(typeof checkKinds)[number]>;

/** The field of a policy that takes one check. */
export const checkSchema: z.ZodType<Check> = z.union(
  (checkKinds as unknown as readonly CheckKind[]).map(({ name, summary, params }) =>
    z.strictObject({ [name]: params }).describe(summary),
  ),
) as unknown as z.ZodType<Check>;

/** The kind of a check, and what this one asks of it. */
export function kindOf(check: Check): { kind: CheckKind; params: Record<string, unknown> } {
  const kind = (checkKinds as unknown as readonly CheckKind[]).find(({ name }) => name in check);
  if (kind === undefined) throw new Error(`there is no check ${Object.keys(check).join(', ')}`);
  return { kind, params: (check as Record<string, Record<string, unknown>>)[kind.name] ?? {} };
}

/** As kindOf, for a check that live status answers; undefined for one that is asked elsewhere. */
export function statusKindOf(check: Check): { kind: StatusCheck; params: Record<string, unknown> } | undefined {
  const { kind, params } = kindOf(check);
  const statusKind = (statusChecks as unknown as readonly StatusCheck[]).find(({ name }) => name === kind.name);
  return statusKind && { kind: statusKind, params };
}
