import type { PolicyMode } from './mode.ts';
import { planOf } from './plan.ts';
import type { Policy } from './policy.ts';

/** A policy in force, as people list it. */
export interface ListedPolicy {
  name: string;
  /** The stricter of its own and the configuration's; a namespace may allow less. */
  mode: PolicyMode;
  /** The first of them where there are many; the last entry then says how many more there are, as for `namespaces`. */
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
  /** How many policies are in force beside those that are listed; absent: none. */
  more?: number;
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
const alertsAtMost = 10;
const namespacesAtMost = 30;
/** In characters of JSON, each of up to three bytes: the list is the result of a workflow, which may have 2 MB. */
const largestList = 500_000;

/** Lists policies by their names, as many as fit. */
export function listPolicies(
  cluster: string,
  { policies, source, refused }: PolicyStand,
  allowed: PolicyMode,
): PolicyListing {
  const listed = policies.map((policy): ListedPolicy => {
    const { mode, steps, allowedNamespaces } = planOf(policy, allowed);
    const { name } = policy.metadata;
    const actions = steps.map(({ action }) => action);
    const alerts = firstOf(policy.spec.match.alerts, alertsAtMost);
    return { name, mode, alerts, namespaces: firstOf(allowedNamespaces, namespacesAtMost), steps: actions };
  });
  const fit = fitting(listed.sort((a, b) => (a.name < b.name ? -1 : 1)));
  const more = listed.length - fit.length;
  return {
    ...{ cluster, source, policies: fit, ...(more > 0 && { more }) },
    refused: refused.slice(0, refusedAtMost).map((fault) => fault.slice(0, longestFault)),
  };
}

const firstOf = (texts: readonly string[], most: number): string[] =>
  texts.length <= most ? [...texts] : [...texts.slice(0, most), `… and ${texts.length - most} more`];

function fitting(policies: readonly ListedPolicy[]): ListedPolicy[] {
  let left = largestList;
  const end = policies.findIndex((policy) => {
    left -= JSON.stringify(policy).length;
    return left < 0;
  });
  return end === -1 ? [...policies] : policies.slice(0, end);
}
