import { describe, expect, it } from '@jest/globals';
import { isGranted, missingInWords, type Need, neededRights, type Working } from '../../../domain/analysis/rights.ts';
import { aPolicy } from '../../activities/support/cluster-deps.ts';

const pods = { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] };
const evictions = { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] };
const nodes = { apiGroups: [''], resources: ['nodes'], verbs: ['list'] };
const events = { apiGroups: [''], resources: ['events'], verbs: ['list'] };
const configMaps = { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] };

const working = (changes: Partial<Working> = {}): Working => ({
  policies: [aPolicy({ steps: [{ evictPod: {} }] })],
  mode: 'Auto',
  base: { name: 'base', rules: [pods, nodes] },
  nodes: { name: 'nodes', rules: [events] },
  actions: [
    { name: 'evictPod', part: { name: 'evict-pod', rules: [evictions] } },
    { name: 'deletePod', part: { name: 'delete-pod', rules: [{ ...pods, verbs: ['delete'] }] } },
  ],
  ...changes,
});
const inWords = (changes: Partial<Working> = {}) => missingInWords(neededRights(working(changes)));
const aNeed = (changes: Partial<Need> = {}): Need => ({
  ...{ namespace: 'shop', group: 'apps', resource: 'deployments', verb: 'patch', part: 'scale' },
  ...changes,
});

describe('the rights that policies need', () => {
  it('are reads where they look, and those of their own actions, each once', () => {
    const [policy] = working().policies;
    expect(inWords({ policies: [policy, policy].flatMap((one) => one ?? []) })).toEqual([
      'in namespace shop: get pods, list pods (deploy/rbac/base.yaml)',
      'in the whole cluster: list nodes (deploy/rbac/base.yaml)',
      'in namespace shop: create pods/eviction (deploy/rbac/evict-pod.yaml)',
    ]);
  });

  it('are reads alone where nothing may be done', () => {
    expect(inWords({ mode: 'Observe' }).filter((line) => !line.includes('base.yaml'))).toEqual([]);
  });

  it('hold the one ConfigMap that can pause, where there is one, and policies as resources', () => {
    const pause = { name: 'pause', rules: [configMaps], namespace: 'ops', object: 'stop' };
    const source = { apiGroups: ['mendflow.dev'], resources: ['remediationpolicies'], verbs: ['watch'] };
    expect(inWords({ policies: [], pause, source: { name: 'policies', rules: [source] } })).toEqual([
      'in namespace ops: get configmaps stop (deploy/rbac/pause.yaml)',
      'in the whole cluster: watch remediationpolicies.mendflow.dev (deploy/rbac/policies.yaml)',
    ]);
  });

  it('hold events in the namespace default for policies about nodes', () => {
    const policies = [aPolicy({ scope: { nodes: { pool: 'a' } }, steps: [] })];
    expect(inWords({ policies })).toEqual([
      'in the whole cluster: list nodes (deploy/rbac/base.yaml)',
      'in namespace default: list events (deploy/rbac/nodes.yaml)',
    ]);
  });
});

describe('a right', () => {
  const rule = { apiGroups: ['apps'], resources: ['deployments'], verbs: ['patch'] };

  it.each([
    ['a rule that names it', rule, {}],
    ['a rule for everything', { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, {}],
    ['a rule for the one object', { ...rule, resourceNames: ['web'] }, { name: 'web' }],
  ])('is granted by %s', (_, given, changes) => {
    expect(isGranted(aNeed(changes), [{}, given])).toBe(true);
  });

  it.each([
    ['another verb', { ...rule, verbs: ['get'] }, {}],
    ['another group', { ...rule, apiGroups: [''] }, {}],
    ['the resource without its subresource', rule, { resource: 'deployments/scale' }],
    ['some objects of all', { ...rule, resourceNames: ['web'] }, {}],
    ['another object', { ...rule, resourceNames: ['web'] }, { name: 'api' }],
  ])('is not granted by a rule for %s', (_, given, changes) => {
    expect(isGranted(aNeed(changes), [given])).toBe(false);
  });
});
