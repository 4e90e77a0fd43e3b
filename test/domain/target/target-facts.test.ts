import { describe, expect, it } from '@jest/globals';
import { factsOf, type Sighting } from '../../../domain/target/target-facts.ts';
import { anOomKilledPod, aPod, aWorkload, threePods } from '../../activities/support/builders.ts';

const bounds = { excludeLabels: { tier: 'core' }, ownNamespace: 'automation' };
const aSighting = (changes: Partial<Sighting> = {}): Sighting => ({
  namespace: 'shop',
  namespaceLabels: {},
  ownerKind: 'Deployment',
  workload: aWorkload(),
  pod: aPod(),
  ...changes,
});
const counts = (ready: number, replicas = 3) =>
  aWorkload({ counts: { replicas, updated: 3, ready, available: ready } });

describe('the other ready pods of a target', () => {
  it.each([
    ['are the ready ones without a target that is ready', aSighting(), 2],
    ['are all ready ones beside a target that is not', aSighting({ pod: anOomKilledPod(), workload: counts(2) }), 2],
    [
      'are never more than there are pods beside the target',
      aSighting({ pod: anOomKilledPod(), workload: counts(3) }),
      2,
    ],
    ['are none beside a single replica', aSighting({ pod: anOomKilledPod(), workload: counts(1, 1) }), 0],
    ['are never negative', aSighting({ workload: counts(0, 0) }), 0],
    ['are counted from the pods where those were listed', aSighting({ pods: threePods(), workload: counts(0) }), 2],
    [
      'leave out those on their way out',
      aSighting({ pods: threePods().map((pod) => ({ ...pod, isTerminating: true })) }),
      0,
    ],
  ] as const)('%s', (_, sighting, expected) => {
    expect(factsOf(sighting, bounds).otherReadyPods).toBe(expected);
  });
});

describe('the facts of a target', () => {
  it('see an opt-out by our label or by one of the policy’s, wherever it stands', () => {
    const out = { 'mendflow.dev/remediation': 'disabled' };
    expect(factsOf(aSighting(), bounds).isOptedOut).toBe(false);
    expect(factsOf(aSighting({ namespaceLabels: out }), bounds).isOptedOut).toBe(true);
    expect(factsOf(aSighting({ workload: aWorkload({ labels: out }) }), bounds).isOptedOut).toBe(true);
    expect(factsOf(aSighting({ pod: aPod({ labels: { tier: 'core' } }) }), bounds).isOptedOut).toBe(true);
    expect(factsOf(aSighting({ pod: aPod({ labels: out }) }), { excludeLabels: {} }).isOptedOut).toBe(true);
  });

  it('know what is ours by its label or its namespace', () => {
    expect(factsOf(aSighting({ namespace: 'automation' }), bounds).isOurs).toBe(true);
    expect(factsOf(aSighting(), { excludeLabels: {} }).isOurs).toBe(false);
    const labels = { 'app.kubernetes.io/part-of': 'mendflow' };
    expect(factsOf(aSighting({ workload: aWorkload({ labels }) }), bounds).isOurs).toBe(true);
  });

  it.each([
    ['that carries every label of the scope', { pool: 'a', tier: 'x', more: 'y' }, { pool: 'a', tier: 'x' }, true],
    ['that lacks a label of the scope', { pool: 'a' }, { pool: 'a', tier: 'x' }, false],
    ['that carries another value', { pool: 'b' }, { pool: 'a' }, false],
    ['where the scope names no labels', { pool: 'a' }, {}, false],
    ['where the policy has no scope for nodes', { pool: 'a' }, undefined, false],
    ['of the control plane', { pool: 'a', 'node-role.kubernetes.io/control-plane': '' }, { pool: 'a' }, false],
    ['of an older control plane', { pool: 'a', 'node-role.kubernetes.io/master': '' }, { pool: 'a' }, false],
    ['of etcd', { pool: 'a', 'node-role.kubernetes.io/etcd': 'true' }, { pool: 'a' }, false],
  ] as const)('know whether a node %s may be touched', (_, labels, nodeLabels, expected) => {
    const node = {
      namespace: '',
      namespaceLabels: {},
      ownerKind: 'Node',
      workload: aWorkload({ labels: { ...labels } }),
    };
    const facts = factsOf(node, { excludeLabels: {}, ...(nodeLabels && { nodeLabels: { ...nodeLabels } }) });
    expect(facts.isNodeInScope).toBe(expected);
  });

  it('say nothing of nodes where the target is none', () => {
    expect(factsOf(aSighting(), { ...bounds, nodeLabels: { a: 'b' } })).not.toHaveProperty('isNodeInScope');
  });

  it('say what an unowned pod is', () => {
    const { workload: _, ...bare } = aSighting({ ownerKind: 'none', pod: aPod({ isMirror: true }) });
    expect(factsOf(bare, bounds)).toMatchObject({
      ownerKind: 'none',
      isMirrorPod: true,
      otherReadyPods: 0,
      desiredPods: 0,
    });
  });
});
