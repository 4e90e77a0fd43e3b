import { describe, expect, it } from '@jest/globals';
import { silentNode } from '../../../../domain/guard/rules/silent-node.ts';
import { surroundingsOf } from '../../../../domain/target/cluster-context.ts';
import { aNode, aPod, aTarget, aWorkload, nowMs } from '../../../activities/support/builders.ts';
import { aGuardInput, aPermitRequest } from '../../../support/builders.ts';

const ready = (status: string) => [{ type: 'Ready', status, reason: '', message: '' }];
const vitals = { calls: 0, p99Ms: 0, serverErrors: 0, throttled: 0 };

/** What the guard is told of a pod on a node whose condition Ready has this status. */
const around = (status: string) =>
  surroundingsOf({
    ...{ workload: aWorkload(), pod: aPod(), neighbours: [aPod()], vitals, readAtMs: nowMs },
    nodes: [aNode({ conditions: ready(status), isReady: status === 'True' })],
  });
const judged = (status: string, target = aTarget()) =>
  silentNode.judge(aGuardInput({ request: aPermitRequest({ target, surroundings: around(status) }) }));

describe('silentNode', () => {
  it('holds while the kubelet of the pod’s node is silent; one person is asked for the node', () => {
    expect(judged('Unknown')).toEqual({
      kind: 'hold',
      reason: 'nodeSilent',
      retryAfterMs: 60_000,
      detail: 'node node-1 does not answer: what its pods show is old, and an eviction would not end',
      incident: 'silentNode/node-1',
    });
  });

  it.each(['True', 'False'])('has no rejection while its kubelet speaks, whatever it says: Ready is %s', (status) => {
    expect(judged(status)).toBeUndefined();
  });

  it('has no rejection to what is done to the node itself', () => {
    const workload = { kind: 'Node', namespace: '', name: 'node-1', uid: 'uid-node-1' };
    expect(judged('Unknown', aTarget({ workload }))).toBeUndefined();
  });
});

describe('a workload of which no pod is meant', () => {
  const missing = (name: string, nodeName: string, isReady = false) => aPod({ name, nodeName, isReady });
  const nodes = [
    aNode({ name: 'n1', isReady: false, conditions: ready('Unknown') }),
    aNode({ name: 'n2', isReady: false, conditions: ready('Unknown') }),
    aNode({ name: 'n3', conditions: ready('True') }),
  ];
  const of = (...pods: ReturnType<typeof aPod>[]) =>
    surroundingsOf({ workload: aWorkload(), pods, neighbours: pods, nodes, vitals, readAtMs: nowMs });

  it('waits for the nodes where all its pods that are not ready are on silent ones', () => {
    expect(of(missing('b', 'n2'), missing('a', 'n1'), missing('c', 'n3', true))).toMatchObject({
      node: 'n1',
      isNodeSilent: true,
    });
  });

  it('does not wait where a pod on a node that answers is not ready, or all are ready', () => {
    expect(of(missing('a', 'n1'), missing('c', 'n3')).isNodeSilent).toBeUndefined();
    expect(of(missing('c', 'n3', true)).isNodeSilent).toBeUndefined();
    expect(of()).not.toHaveProperty('node');
  });
});
