import { describe, expect, it } from '@jest/globals';
import { ownedTarget, ownership } from '../../../../domain/guard/rules/ownership.ts';
import { aGuardInput, aPermitRequest, aTarget } from '../../../support/builders.ts';

const asked = (facts: object, given: object = {}) =>
  ownership({ target: aTarget({ facts, ...given }), allowedNamespaces: ['shop', 'my-kube-x', 'kube-system'] });

describe('ownership', () => {
  it.each([
    ['a pod that a Deployment owns', {}, {}, undefined],
    ['a pod that a StatefulSet owns', { ownerKind: 'StatefulSet' }, {}, undefined],
    ['a pod that a DaemonSet owns', { ownerKind: 'DaemonSet' }, {}, undefined],
    ['a pod that a ReplicaSet owns', { ownerKind: 'ReplicaSet' }, {}, undefined],
    ['a bare pod', { ownerKind: 'none' }, {}, 'notOwned'],
    ['a pod of a Job', { ownerKind: 'Job' }, {}, 'notOwned'],
    ['a pod of an unknown controller', { ownerKind: 'Rollout' }, {}, 'notOwned'],
    ['an owner of which nothing is known', { ownerKind: '' }, {}, 'notOwned'],
    ['a mirror pod', { isMirrorPod: true }, {}, 'mirrorPod'],
    ['an object labelled out', { isOptedOut: true }, {}, 'optedOut'],
    ['our own workload', { isOurs: true }, {}, 'systemNamespace'],
    ['kube-system, even when the policy names it', {}, { namespace: 'kube-system' }, 'systemNamespace'],
    ['every kube- namespace', {}, { namespace: 'kube-node-lease' }, 'systemNamespace'],
    ['every openshift- namespace', {}, { namespace: 'openshift-dns' }, 'systemNamespace'],
    ['the namespace of Mendflow', {}, { namespace: 'mendflow-system' }, 'systemNamespace'],
    ['a namespace that merely contains such a name', {}, { namespace: 'my-kube-x' }, undefined],
    ['a namespace that merely begins as Mendflow’s', {}, { namespace: 'mendflow-system-2' }, 'namespaceNotAllowed'],
    ['a namespace that merely ends as Mendflow’s', {}, { namespace: 'not-mendflow-system' }, 'namespaceNotAllowed'],
    ['a namespace outside the policy', {}, { namespace: 'bank' }, 'namespaceNotAllowed'],
    ['a namespace that begins as an allowed one', {}, { namespace: 'shop-2' }, 'namespaceNotAllowed'],
    ['an empty namespace', {}, { namespace: '' }, 'namespaceNotAllowed'],
  ])('judges %s', (_, facts, given, reason) => {
    expect(asked(facts, given)?.reason).toBe(reason);
  });

  it.each([
    [{ isOurs: true }, 'shop/checkout-1 is in shop, which is never touched'],
    [{ isOptedOut: true }, 'shop/checkout-1 or its namespace is labelled out of remediation'],
    [{ isMirrorPod: true }, 'shop/checkout-1 mirrors a static pod'],
    [
      { ownerKind: 'Job' },
      'the controller of shop/checkout-1 is Job; allowed are Deployment, StatefulSet, DaemonSet, ReplicaSet',
    ],
  ])('says of %j why', (facts, detail) => {
    expect(asked(facts)?.detail).toBe(detail);
  });

  it.each([
    ['a Job that the alert names itself', 'Job', { ownerKind: 'Job' }, 'shop', undefined],
    ['a Job outside the policy', 'Job', { ownerKind: 'Job' }, 'bank', 'namespaceNotAllowed'],
    ['a node within the scope', 'Node', { ownerKind: 'Node', isNodeInScope: true }, '', undefined],
    ['a node outside the scope', 'Node', { ownerKind: 'Node', isNodeInScope: false }, '', 'nodeNotAllowed'],
    [
      'a node of the control plane',
      'Node',
      { ownerKind: 'Node', isNodeInScope: false, isControlPlane: true as const },
      '',
      'controlPlaneNode',
    ],
    ['a node of which nothing is known', 'Node', { ownerKind: 'Node' }, '', 'nodeNotAllowed'],
    ['a node labelled out', 'Node', { ownerKind: 'Node', isNodeInScope: true, isOptedOut: true }, '', 'optedOut'],
    ['a CronJob', 'CronJob', { ownerKind: 'CronJob' }, 'shop', 'notOwned'],
  ])('judges %s', (_, kind, facts, namespace, reason) => {
    const { pod: _pod, ...target } = aTarget({ facts, namespace });
    const workload = { ...target.workload, kind };
    expect(ownership({ target: { ...target, workload }, allowedNamespaces: ['shop'] })?.reason).toBe(reason);
  });

  it('names the namespaces that are allowed', () => {
    expect(asked({}, { namespace: 'bank' })?.detail).toBe(
      'the policy does not allow namespace bank; it allows shop, my-kube-x, kube-system',
    );
  });

  it('allows nothing when no namespace is allowed: empty never means all', () => {
    expect(ownership({ target: aTarget(), allowedNamespaces: [] })).toEqual({
      reason: 'namespaceNotAllowed',
      detail: 'the policy does not allow namespace shop; it allows none',
    });
  });
});

describe('ownedTarget', () => {
  it('denies what verification would have refused: a run cannot skip it', () => {
    const request = aPermitRequest({ target: aTarget({ facts: { ownerKind: 'none' } }) });
    expect(ownedTarget.judge(aGuardInput({ request }))).toMatchObject({ kind: 'deny', reason: 'notOwned' });
  });
});
