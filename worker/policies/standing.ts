import type { PolicyResource } from '../../activities/kubernetes/policy-resources.ts';
import { policyKind } from '../../activities/kubernetes/policy-resources.ts';
import type { PolicyVocabulary } from '../../config/policy-fault.ts';
import { readPolicyValue } from '../../config/policy-value.ts';
import type { Policy } from '../../domain/policy/policy.ts';

/** How a policy of the cluster stands: what is wrong with its newest generation, and which one is in force. */
export interface Standing {
  /** As it was last seen. */
  resource: PolicyResource;
  /** `<field>: what is wrong`, of the newest generation; empty when that one is in force. */
  faults: readonly string[];
  /** The newest generation without a fault; undefined when there never was one. */
  inForce: { generation: number; spec: unknown; policy: Policy } | undefined;
}

/**
 * Judges a resource as it is now. A generation with any fault is refused whole, and the last good one stays in force:
 * the one known from before, or the one that the status keeps for those who were not there. Another resource of the
 * same name (by uid) inherits nothing.
 */
export function judge(resource: PolicyResource, before: Standing | undefined, vocabulary: PolicyVocabulary): Standing {
  const earlier = before?.resource.uid === resource.uid ? before : undefined;
  if (earlier?.resource.generation === resource.generation) return { ...earlier, resource };
  const { name, generation, spec } = resource;
  const { policy, faults } = readSpec(name, spec, vocabulary);
  if (policy !== undefined) return { resource, faults, inForce: { generation, spec, policy } };
  return { resource, faults, inForce: earlier?.inForce ?? keptInStatus(resource, vocabulary) };
}

function readSpec(name: string, spec: unknown, vocabulary: PolicyVocabulary) {
  const apiVersion = `${policyKind.group}/${policyKind.version}`;
  const raw = { apiVersion, kind: policyKind.kind, metadata: { name }, spec };
  const { policy, faults } = readPolicyValue(raw, vocabulary);
  return { policy, faults: faults.map(({ path, message }) => `${path.map(String).join('.')}: ${message}`) };
}

function keptInStatus({ name, status }: PolicyResource, vocabulary: PolicyVocabulary): Standing['inForce'] {
  if (status.inForce === undefined) return undefined;
  const { generation, spec } = status.inForce;
  const { policy } = readSpec(name, spec, vocabulary);
  return policy === undefined ? undefined : { generation, spec, policy };
}
