import { actions } from '../../../activities/actions/index.ts';
import type { PolicyResource } from '../../../activities/kubernetes/policy-resources.ts';
import { aPolicyDocument } from '../../support/builders.ts';

export const vocabulary = { actions, receivers: ['chat'] };

/** A spec without a fault, and one whose matcher nobody can read. */
export const goodSpec = aPolicyDocument().spec;
export const badSpec = { ...goodSpec, match: { alerts: ['alertname MemoryLeak'] } };

/** The first generation of a policy without a fault, of which nothing was written back. */
export function aResource(given: Partial<PolicyResource> = {}): PolicyResource {
  const name = given.name ?? 'crash-loop';
  return {
    ...{ name, uid: `uid-of-${name}`, generation: 1, resourceVersion: '10' },
    ...{ isLeaving: false, spec: goodSpec, status: {} },
    ...given,
  };
}
