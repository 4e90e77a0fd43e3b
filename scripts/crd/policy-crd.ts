import { stringify } from 'yaml';
import { actions } from '../../activities/actions/index.ts';
import { policyKind } from '../../activities/kubernetes/policy-resources.ts';
import { policySchema, stepMembers } from '../../domain/policy/policy.ts';
import { ourLabel } from '../../domain/run/contract.ts';
import { annotate } from './annotate.ts';
import type { Structural } from './json-schema.ts';
import { statusSchema } from './status-schema.ts';
import { structural } from './structural.ts';

const { group, version, kind, plural } = policyKind;
const name = `${plural}.${group}`;

const described = (description: string): Structural => ({ description, type: 'string' });

/** What the API server checks at every apply. */
export function policyStructure(): Structural {
  const { spec } = annotate(policySchema(actions)).properties ?? {};
  if (spec === undefined) throw new Error('a policy has no spec');
  const step = { anyOf: stepMembers(actions).map(annotate) };
  const shape = structural(spec, { path: 'spec', isUnbounded: false }, { 'spec.steps[]': step });
  const { scope } = shape.properties ?? {};
  const placed = ['namespaces', 'nodes'].map((name) => `has(self.${name}) && size(self.${name}) > 0`);
  const somewhere = {
    rule: placed.join(' || '),
    message: 'names at least one namespace, or labels of nodes; there is no “everywhere”',
  };
  const scoped = { ...scope, 'x-kubernetes-validations': [...(scope?.['x-kubernetes-validations'] ?? []), somewhere] };
  // The one default that the API server fills in: what a policy does must be seen in the policy itself.
  const mode = { ...shape.properties?.mode, default: spec.properties?.mode?.default };
  return {
    description: 'Which fault of which workloads is remediated how, and how far that may go.',
    type: 'object',
    required: ['spec'],
    properties: {
      apiVersion: described('Version of the schema.'),
      kind: described('RemediationPolicy.'),
      metadata: { type: 'object' },
      spec: { ...shape, properties: { ...shape.properties, scope: scoped, mode } },
      status: statusSchema,
    },
  };
}

const columns = [
  { name: 'Mode', type: 'string', jsonPath: '.spec.mode', description: 'What it does when it matches.' },
  {
    ...{ name: 'Ready', type: 'string', jsonPath: '.status.conditions[?(@.type=="Ready")].status' },
    description: 'Whether this generation drives runs.',
  },
  { name: 'Matched', type: 'integer', jsonPath: '.status.matched', description: 'Runs that it drove.' },
  { name: 'Last', type: 'date', jsonPath: '.status.lastMatchedAt', description: 'When it last drove a run.' },
  {
    ...{ name: 'Faults', type: 'string', jsonPath: '.status.conditions[?(@.type=="Accepted")].message', priority: 1 },
    description: 'What is wrong with it.',
  },
  { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
];

/** deploy/crd/remediationpolicies.yaml: the definition of the resource, derived from domain/policy/policy.ts. */
export function policyCrd(): string {
  const definition = {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name, labels: { [ourLabel.key]: ourLabel.value } },
    spec: {
      group,
      // A policy names the namespaces it acts in, so that whoever writes one needs rights beyond any of them.
      scope: 'Cluster',
      names: {
        kind,
        listKind: `${kind}List`,
        plural,
        singular: kind.toLowerCase(),
        shortNames: ['rempol'],
        categories: ['mendflow'],
      },
      versions: [
        {
          ...{ name: version, served: true, storage: true, subresources: { status: {} } },
          additionalPrinterColumns: columns,
          schema: { openAPIV3Schema: policyStructure() },
        },
      ],
    },
  };
  const note = '# Generated from domain/policy/policy.ts by `npm run generate`; do not edit.\n';
  return note + stringify(definition, { lineWidth: 120, aliasDuplicateObjects: false });
}
