import { describe, expect, it } from '@jest/globals';
import { parse } from 'yaml';
import { actions } from '../../activities/actions/index.ts';
import type { Structural } from '../../scripts/crd/json-schema.ts';
import { policyCrd, policyStructure } from '../../scripts/crd/policy-crd.ts';

/** Every schema inside, with its path. */
function schemasIn(schema: Structural, path = ''): [string, Structural][] {
  const inner = [
    ...Object.entries(schema.properties ?? {}).map(([name, part]) => [`${path}.${name}`, part] as const),
    ...(schema.items === undefined ? [] : [[`${path}[]`, schema.items] as const]),
    ...(schema.additionalProperties === undefined ? [] : [[`${path}{}`, schema.additionalProperties] as const]),
  ];
  return [[path, schema], ...inner.flatMap(([at, part]) => schemasIn(part, at))];
}

const schemas = schemasIn(policyStructure());
const schemaAt = (path: string) => schemas.find(([at]) => at === path)?.[1];

describe('the definition of RemediationPolicy', () => {
  it('is a definition with a status of its own, for the whole cluster', () => {
    expect(parse(policyCrd())).toMatchObject({
      metadata: { name: 'remediationpolicies.mendflow.dev' },
      spec: {
        scope: 'Cluster',
        versions: [{ name: 'v1alpha1', served: true, storage: true, subresources: { status: {} } }],
      },
    });
  });

  it('explains every field', () => {
    const silent = schemas.filter(([path, { description }]) => /\w$/.test(path) && description === undefined);
    expect(silent.map(([path]) => path)).toEqual(['.metadata']);
  });

  it('says nothing that is forbidden in a structural schema', () => {
    const forbidden = ['$ref', 'oneOf', 'anyOf', 'allOf', 'not', 'const', 'patternProperties', 'definitions'];
    expect(schemas.filter(([, schema]) => forbidden.some((word) => word in schema))).toEqual([]);
    expect(schemas.filter(([, { additionalProperties: more }]) => typeof more === 'boolean')).toEqual([]);
  });

  it('has a step for every action, and one of them in each', () => {
    const names = actions.map(({ name }) => name);
    const step = schemaAt('.spec.steps[]');
    expect(Object.keys(step?.properties ?? {})).toEqual(expect.arrayContaining(names));
    expect(step?.['x-kubernetes-validations']?.[0]?.message).toBe(`must have exactly one of ${names.join(', ')}`);
    for (const { name, summary } of actions) {
      expect(schemaAt(`.spec.steps[].${name}`)?.description).toBe(summary);
    }
  });

  it('lets the API server fill in nothing but the mode, which must be seen', () => {
    expect(schemas.filter(([, schema]) => 'default' in schema).map(([path, schema]) => [path, schema.default])).toEqual(
      [['.spec.mode', 'Observe']],
    );
  });

  it('shows in kubectl get what a person looks for first', () => {
    const { spec } = parse(policyCrd()) as {
      spec: { versions: { additionalPrinterColumns: { name: string; priority?: number }[] }[] };
    };
    const columns = spec.versions[0]?.additionalPrinterColumns ?? [];
    const shown = columns.filter(({ priority = 0 }) => priority === 0).map(({ name }) => name);
    expect(shown).toEqual(['Mode', 'Ready', 'Matched', 'Last', 'Age']);
  });
});
