import type { z } from 'zod';
import type { ActionSpec } from '../domain/policy/action.ts';
import { type Policy, policySchema } from '../domain/policy/policy.ts';
import { quoted, sentenceOf } from './faults.ts';
import { nearest } from './nearest.ts';
import type { PolicyFault, PolicyVocabulary } from './policy-fault.ts';
import { type PolicyField, policyField } from './policy-fields.ts';
import { flattened } from './policy-issues.ts';
import { referenceFaults } from './policy-references.ts';
import { valueAt } from './yaml-text.ts';

const schemas = new WeakMap<readonly ActionSpec[], ReturnType<typeof policySchema>>();

/** Building it takes longer than reading a policy with it. */
function schemaFor(actions: readonly ActionSpec[]) {
  const schema = schemas.get(actions) ?? policySchema(actions);
  schemas.set(actions, schema);
  return schema;
}

/** Reads one policy from its raw value; every fault is reported, and a policy with a fault is not given. */
export function readPolicyValue(
  raw: unknown,
  vocabulary: PolicyVocabulary,
): { policy?: Policy; faults: readonly PolicyFault[] } {
  const parsed = schemaFor(vocabulary.actions).safeParse(raw);
  const hidden = hiddenKeys(raw).map((path): PolicyFault => {
    return { code: 'unknownField', path, message: 'is not a setting; leave it out', fix: 'Leave it out.' };
  });
  if (!parsed.success) {
    const issues = flattened(parsed.error.issues);
    const faults = issues.flatMap((issue) => faultsOf(issue, raw, vocabulary.actions));
    return { faults: [...hidden, ...faults.filter(({ path }) => path.at(-1) !== '__proto__')] };
  }
  if (hidden.length > 0) return { faults: hidden };
  const faults = referenceFaults(parsed.data, vocabulary);
  return faults.length > 0 ? { faults } : { policy: parsed.data, faults };
}

type Issue = z.core.$ZodIssue;

function faultsOf(issue: Issue, raw: unknown, actions: readonly ActionSpec[]): PolicyFault[] {
  const { path } = issue;
  const field = policyField(actions, path);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => unknownField([...path, key], { key, known: field.keys }));
  }
  const given = valueAt(raw, path);
  const isStep = path[1] === 'steps' && path.length <= 4 && path[3] !== 'within' && path[3] !== 'approval';
  if (issue.code === 'custom' && isStep) return [unknownAction(issue, actions)];
  const isMissing = given === undefined && ['invalid_type', 'invalid_value', 'invalid_union'].includes(issue.code);
  const isWrongKind = issue.code === 'invalid_type' || issue.code === 'invalid_union' || given === null;
  const wrong = isWrongKind ? `must be ${field.words}, is ${quoted(given)}` : sentenceOf(issue, given, field.keys);
  return [
    {
      code: isMissing ? 'missingField' : 'invalidValue',
      path,
      message: isMissing ? `is required; write ${field.words}` : wrong,
      fix: (issue.code === 'custom' && instruction(issue.message)) || whatToWrite(field),
    },
  ];
}

/** What a message of the schema says to do: `leave one out` in `shop is there twice; leave one out`. */
function instruction(message: string): string | undefined {
  const told = /; ([a-z])([^;?]+)$/.exec(message);
  return told === null ? undefined : `${told[1]?.toUpperCase()}${told[2]}.`;
}

function whatToWrite({ words, description }: PolicyField): string {
  if (words === '') return 'Compare it with docs/reference/policy.schema.json.';
  return description === '' ? `Write ${words}.` : `Write ${words}: ${description}`;
}

function unknownField(path: PropertyKey[], { key, known }: { key: string; known: string[] }): PolicyFault {
  const meant = nearest(key, known);
  const possible = known.length === 0 ? '' : `; possible are ${known.join(', ')}`;
  return {
    code: 'unknownField',
    path,
    message: `is not a setting${meant === undefined ? possible : `; did you mean ${meant}?`}`,
    fix: meant === undefined ? `Leave it out${possible}.` : `Write ${meant}.`,
  };
}

function unknownAction({ path, message }: Issue, actions: readonly ActionSpec[]): PolicyFault {
  const names = actions.map(({ name }) => name);
  const meant = path.length === 4 ? nearest(String(path[3]), [...names, 'within', 'approval']) : undefined;
  return {
    code: 'unknownAction',
    path,
    message: meant === undefined ? message : `${message}; did you mean ${meant}?`,
    fix: meant === undefined ? `Name one action of ${names.join(', ')} in each step.` : `Write ${meant}.`,
  };
}

/** Paths of the keys that a schema would pass over without a word, because JavaScript gives them a meaning of its own. */
function hiddenKeys(value: unknown, path: readonly PropertyKey[] = []): PropertyKey[][] {
  if (typeof value !== 'object' || value === null) return [];
  const entries: [PropertyKey, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.flatMap(([key, inner]) =>
    key === '__proto__' ? [[...path, key]] : hiddenKeys(inner, [...path, key]),
  );
}
