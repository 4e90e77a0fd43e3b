import type { PolicyMode } from './mode.ts';
import { planOf } from './plan.ts';
import type { Policy } from './policy.ts';

/** A policy in force, as people list it. */
export interface ListedPolicy {
  name: string;
  /** The stricter of its own and the configuration's; a namespace may allow less. */
  mode: PolicyMode;
  alerts: string[];
  namespaces: string[];
  /** Actions of its steps, mildest first. */
  steps: string[];
}

/** The policies of a cluster as its worker has them. */
export interface PolicyListing {
  cluster: string;
  /** The folder, or the kind of the custom resources, that they are read from. */
  source: string;
  policies: ListedPolicy[];
  /** Faults of what was written last and is not in force, with their place; empty: everything that was written is in force. */
  refused: string[];
}

/** What a listing is made of. */
export interface PolicyStand {
  policies: readonly Policy[];
  source: string;
  refused: readonly string[];
}

/** The worker's log messages when policies are loaded and when some are refused; names or faults are their detail. */
export const policyNews = {
  loaded: 'policies loaded',
  refused: 'policies refused; the last good ones stay in force',
} as const;

const refusedAtMost = 100;
const longestFault = 500;

/** Lists policies by their names. */
export function listPolicies(
  cluster: string,
  { policies, source, refused }: PolicyStand,
  allowed: PolicyMode,
): PolicyListing {
  const listed = policies.map((policy): ListedPolicy => {
    const { mode, steps, allowedNamespaces } = planOf(policy, allowed);
    const { name } = policy.metadata;
    const actions = steps.map(({ action }) => action);
    return { name, mode, alerts: policy.spec.match.alerts, namespaces: allowedNamespaces, steps: actions };
  });
  return {
    ...{ cluster, source, policies: listed.sort((a, b) => (a.name < b.name ? -1 : 1)) },
    refused: refused.slice(0, refusedAtMost).map((fault) => fault.slice(0, longestFault)),
  };
}
