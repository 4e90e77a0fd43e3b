import type { Reason } from '../../run/reasons.ts';
import { isSystemNamespace } from '../../target/system-namespace.ts';
import { subjectKinds, type Target, targetLabel, workloadKinds } from '../../target/target.ts';
import { defineRule } from './rule.ts';

/** Refuses targets that nothing would replace, that are not ours to touch, or that a person took out (G8). */
export function ownership(request: {
  target: Target;
  allowedNamespaces: string[];
}): { reason: Reason; detail: string } | undefined {
  const { target, allowedNamespaces } = request;
  const { facts, namespace } = target;
  const label = targetLabel(target);
  if (isSystemNamespace(namespace) || facts.isOurs) {
    return { reason: 'systemNamespace', detail: `${label} is in ${namespace}, which is never touched` };
  }
  const isNode = target.workload.kind === 'Node';
  if (isNode && facts.isControlPlane) {
    return { reason: 'controlPlaneNode', detail: `${label} runs the control plane, which is never changed` };
  }
  if (isNode && facts.isNodeInScope !== true) {
    return { reason: 'nodeNotAllowed', detail: `${label} lacks a label of scope.nodes` };
  }
  // Exact names only: an empty list allows nothing (G9).
  if (!isNode && !allowedNamespaces.includes(namespace)) {
    return {
      reason: 'namespaceNotAllowed',
      detail: `the policy does not allow namespace ${namespace}; it allows ${allowedNamespaces.join(', ') || 'none'}`,
    };
  }
  if (facts.isOptedOut)
    return { reason: 'optedOut', detail: `${label} or its namespace is labelled out of remediation` };
  if (facts.isMirrorPod) return { reason: 'mirrorPod', detail: `${label} mirrors a static pod` };
  // A Job or a node is nobody's pod: only an alert about itself is about it.
  const allowed: readonly string[] = target.pod === undefined ? subjectKinds : workloadKinds;
  if (!allowed.includes(facts.ownerKind)) {
    return {
      reason: 'notOwned',
      detail: `the controller of ${label} is ${facts.ownerKind}; allowed are ${allowed.join(', ')}`,
    };
  }
  return undefined;
}

/** The rule that verification asks first, asked again by the guard: a run cannot skip it. */
export const ownedTarget = defineRule({
  name: 'ownedTarget',
  statements: ['G8', 'G9'],
  summary: 'Denies targets that nothing would replace, that are outside the scope, or that a person took out.',
  reasons: [
    'systemNamespace',
    'namespaceNotAllowed',
    'nodeNotAllowed',
    'controlPlaneNode',
    'optedOut',
    'mirrorPod',
    'notOwned',
  ],
  settings: ['scope.namespaces', 'scope.nodes', 'scope.excludeLabels', 'label mendflow.dev/remediation: disabled'],
  judge: ({ request }) => {
    const refusal = ownership(request);
    return refusal && { kind: 'deny', ...refusal };
  },
});
