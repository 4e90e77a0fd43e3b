import { describe, expect, it } from '@jest/globals';
import type { Node } from '../../../../domain/target/cluster-context.ts';
import { type Arrival, nodeJudge, noNodeInWords } from '../../../../domain/target/placement/fit.ts';
import type { PodNeeds, PodTerm, SpreadRule } from '../../../../domain/target/placement/needs.ts';
import { aNode, aPod, someNeeds } from '../../../activities/support/builders.ts';

const zoneKey = 'topology.kubernetes.io/zone';
const hostKey = 'kubernetes.io/hostname';
const node = (name: string, zone: string, changes: Partial<Node> = {}): Node =>
  aNode({ name, ...changes, labels: { [zoneKey]: zone, [hostKey]: name, ...changes.labels } });
const nodes = [node('a1', 'a'), node('a2', 'a'), node('b1', 'b')];

const judged = (needs: Partial<PodNeeds>, more: Partial<Arrival> = {}) => {
  const arrival = { needs: someNeeds(needs), nodes, neighbours: [], seats: [], ...more };
  const judge = nodeJudge(arrival);
  return Object.fromEntries(arrival.nodes.map((one) => [one.name, judge(one)]));
};
const on = (nodeName: string, app = 'checkout') => aPod({ name: `${app}-${nodeName}`, nodeName, labels: { app } });
const only = (changes: Partial<Node>, needs: Partial<PodNeeds> = {}) =>
  judged(needs, { nodes: [node('a1', 'a', changes)] }).a1;

describe('a node', () => {
  it('takes a pod that asks for nothing', () => {
    expect(judged({})).toEqual({ a1: undefined, a2: undefined, b1: undefined });
  });

  it('takes none while it is not Ready or cordoned', () => {
    expect(only({ isReady: false })).toBe('not Ready');
    expect(only({ isCordoned: true })).toBe('cordoned');
  });

  it('takes a pod while it is cordoned that tolerates the cordon, as a DaemonSet’s does', () => {
    const tolerations = [{ key: 'node.kubernetes.io/unschedulable', operator: 'Exists', effect: 'NoSchedule' }];
    expect(only({ isCordoned: true }, { tolerations })).toBe(undefined);
    expect(only({ isReady: false }, { tolerations })).toBe('not Ready');
  });

  const dedicated = { key: 'dedicated', value: 'db', effect: 'NoSchedule' };
  it.each([
    ['nothing', [], 'taint dedicated=db:NoSchedule not tolerated'],
    ['another value', [{ key: 'dedicated', value: 'web' }], 'taint dedicated=db:NoSchedule not tolerated'],
    [
      'another effect',
      [{ key: 'dedicated', value: 'db', effect: 'NoExecute' }],
      'taint dedicated=db:NoSchedule not tolerated',
    ],
    ['another key', [{ key: 'gpu', operator: 'Exists' }], 'taint dedicated=db:NoSchedule not tolerated'],
    ['no key without Exists', [{ value: 'db' }], 'taint dedicated=db:NoSchedule not tolerated'],
    ['the value', [{ key: 'dedicated', value: 'db' }], undefined],
    ['the key', [{ key: 'dedicated', operator: 'Exists', effect: 'NoSchedule' }], undefined],
    ['everything', [{ operator: 'Exists' }], undefined],
  ])('with a taint, against a pod that tolerates %s', (_, tolerations, fault) => {
    expect(only({ taints: [dedicated] }, { tolerations })).toBe(fault);
  });

  it('may prefer that others come, and takes the pod all the same', () => {
    expect(only({ taints: [{ ...dedicated, effect: 'PreferNoSchedule' }] })).toBe(undefined);
    expect(only({ taints: [{ key: 'x', effect: 'NoExecute' }] })).toBe('taint x:NoExecute not tolerated');
  });
});

describe('where a pod wants to be', () => {
  const misfit = 'node selector or node affinity does not fit';

  it('is said by its node selector', () => {
    expect(judged({ nodeSelector: { [zoneKey]: 'b' } })).toEqual({ a1: misfit, a2: misfit, b1: undefined });
  });

  it.each([
    ['In', ['b'], ['b1']],
    ['NotIn', ['b'], ['a1', 'a2']],
    ['Exists', [], ['a1', 'a2', 'b1']],
    ['DoesNotExist', [], []],
    ['Matches', ['b'], []],
  ])('is said by its node affinity with %s', (operator, values, fitting) => {
    const found = judged({ nodeTerms: [{ matchExpressions: [{ key: zoneKey, operator, values }] }] });
    expect(Object.keys(found).filter((name) => found[name] === undefined)).toEqual(fitting);
  });

  it('compares numbers where it asks for more or less', () => {
    const asks = (operator: string) =>
      only(
        { labels: { disks: '4' } },
        { nodeTerms: [{ matchExpressions: [{ key: 'disks', operator, values: ['3'] }] }] },
      );
    expect([asks('Gt'), asks('Lt')]).toEqual([undefined, misfit]);
  });

  it('is any of its terms, by name too; an empty term is nowhere', () => {
    const byName = { matchFields: [{ key: 'metadata.name', operator: 'In', values: ['a2'] }] };
    expect(judged({ nodeTerms: [{}, byName] })).toEqual({ a1: misfit, a2: undefined, b1: misfit });
    expect(only({}, { nodeTerms: [] })).toBe(misfit);
  });

  it('is where its volumes can be reached', () => {
    const reaches = [
      { claim: 'logs' },
      { claim: 'data', nodeTerms: [{ matchExpressions: [{ key: zoneKey, operator: 'In', values: ['b'] }] }] },
    ];
    const far = 'volume of claim data cannot be reached';
    expect(judged({ claims: ['logs', 'data'] }, { reaches })).toEqual({ a1: far, a2: far, b1: undefined });
  });

  it('is only where it was, while nobody has looked at its volumes', () => {
    const seats = [{ node: 'a2', uid: 'u', requests: {} }];
    const unseen = 'its volumes were not looked at';
    expect(judged({ claims: ['data'] }, { seats })).toEqual({ a1: unseen, a2: undefined, b1: unseen });
  });
});

describe('beside whom', () => {
  const term = (topologyKey: string, app = 'checkout', more: Partial<PodTerm> = {}): PodTerm => ({
    ...{ selector: { matchLabels: { app } }, topologyKey, namespaces: ['shop'] },
    ...more,
  });
  const neighbours = [on('a1'), on('b1', 'cache'), aPod({ name: 'pending', labels: { app: 'cache' } })];
  const together = 'pod affinity does not fit';
  const apart = 'pod anti-affinity does not fit';

  it('a pod comes into the zone of those that it wants to be with', () => {
    const found = judged({ beside: [term(zoneKey)] }, { neighbours });
    expect(found).toEqual({ a1: undefined, a2: undefined, b1: together });
  });

  it('the first of a group comes anywhere, and a stranger nowhere', () => {
    expect(judged({ beside: [term(zoneKey)] })).toEqual({ a1: undefined, a2: undefined, b1: undefined });
    expect(judged({ beside: [term(zoneKey, 'cache')] })).toEqual({ a1: together, a2: together, b1: together });
    expect(judged({ beside: [term('rack')] })).toEqual({ a1: together, a2: together, b1: together });
  });

  it('a pod stays away from the nodes or zones of those that it wants to be apart from', () => {
    expect(judged({ apart: [term(hostKey)] }, { neighbours })).toEqual({ a1: apart, a2: undefined, b1: undefined });
    expect(judged({ apart: [term(zoneKey)] }, { neighbours })).toEqual({ a1: apart, a2: apart, b1: undefined });
    expect(judged({ apart: [{ topologyKey: zoneKey, namespaces: ['shop'] }] }, { neighbours }).a1).toBe(undefined);
  });

  it.each(['beside', 'apart'] as const)('what lies in other namespaces is judged only where it was (%s)', (side) => {
    const { namespaces: _, ...anywhere } = term(zoneKey);
    const seats = [{ node: 'a1', uid: 'u', requests: {} }];
    const unknown = 'pod affinity with other namespaces, which is not judged';
    for (const wide of [anywhere, term(zoneKey, 'checkout', { namespaces: ['shop', 'pay'] })])
      expect(judged({ [side]: [wide] }, { seats })).toEqual({ a1: undefined, a2: unknown, b1: unknown });
  });
});

describe('spread', () => {
  const rule = (changes: Partial<SpreadRule> = {}): SpreadRule => ({
    ...{ maxSkew: 1, topologyKey: zoneKey, selector: { matchLabels: { app: 'checkout' } } },
    ...changes,
  });
  const skewed = 'topology spread does not fit';

  it('keeps the zones as even as it says', () => {
    const found = judged({ spread: [rule()] }, { neighbours: [on('a1'), on('b1', 'cache')] });
    expect(found).toEqual({ a1: skewed, a2: skewed, b1: undefined });
    expect(judged({ spread: [rule({ maxSkew: 2 })] }, { neighbours: [on('a1')] }).a1).toBe(undefined);
  });

  it('does not count a pod that the rule is not about', () => {
    expect(judged({ spread: [rule()], labels: { app: 'other' } }, { neighbours: [on('a1')] }).a1).toBe(undefined);
  });

  it('counts a zone as empty while there are too few of them', () => {
    const neighbours = [on('a1'), on('b1')];
    expect(judged({ spread: [rule()] }, { neighbours }).a1).toBe(undefined);
    expect(judged({ spread: [rule({ minDomains: 3 })] }, { neighbours }).a1).toBe(skewed);
  });

  it('counts only zones where the pod may be', () => {
    const needs = { spread: [rule()], nodeSelector: { [zoneKey]: 'a' } };
    expect(judged(needs, { neighbours: [on('a1'), on('a2')] }).a1).toBe(undefined);
  });

  it('needs the label on the node', () => {
    expect(judged({ spread: [rule({ topologyKey: 'rack' })] }).a1).toBe('no label rack for its topology spread');
  });
});

it('says in one line why no node fits, most frequent first', () => {
  expect(noNodeInWords(['cordoned', 'not Ready', 'cordoned'])).toBe('0 of 3 nodes fit: 2 cordoned, 1 not Ready');
  expect(noNodeInWords([])).toBe('0 of 0 nodes fit');
  expect(noNodeInWords(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('0 of 6 nodes fit: 1 a, 1 b, 1 c, 1 d, 1 e');
});
