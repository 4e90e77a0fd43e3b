import { listPolicies } from '../domain/policy/listing.ts';
import { actions } from './actions/index.ts';
import { createCensus } from './census.ts';
import { type ClusterDeps, type ClusterLimits, clusterLimits } from './cluster-deps.ts';
import type { ClusterActivities } from './contract.ts';
import { explain } from './explain.ts';
import { nothingConfigured, openOutside } from './outside/outside.ts';
import { remediate } from './remediate.ts';
import { report } from './report.ts';
import { undo } from './undo.ts';
import { verifyNext } from './verify-next.ts';
import { waitForHealthy } from './wait-for-healthy.ts';

export type ClusterActivitiesOptions = Omit<
  ClusterDeps,
  'actions' | 'limits' | 'census' | 'outside' | 'monotonicMs' | 'policySource'
> & {
  /** Without it every action of the registry. */
  actions?: ClusterDeps['actions'];
  /** Without it nothing beside the cluster is reached. */
  outside?: ClusterDeps['outside'];
  limits?: Partial<ClusterLimits>;
  /** Without it no place is named, and nothing is refused. */
  policySource?: ClusterDeps['policySource'];
  /** Without it the machine's own. */
  monotonicMs?: () => number;
};

/** The activities of one cluster over its dependencies; they fail with MendflowErrors only, or with our own bugs. */
export function createClusterActivities(options: ClusterActivitiesOptions): ClusterActivities {
  const census = createCensus(options.cluster, options.now);
  const outside = openOutside(nothingConfigured);
  const policySource = () => ({ source: '', refused: [] });
  const given = { monotonicMs: () => performance.now(), policySource, ...options };
  const deps: ClusterDeps = { actions, census, outside, ...given, limits: { ...clusterLimits, ...options.limits } };
  return {
    verify: (input) => verifyNext(deps, input),
    remediate: (input) => remediate(deps, input),
    undo: (input) => undo(deps, input),
    waitForHealthy: (input) => waitForHealthy(deps, input),
    report: (input) => report(deps, input),
    explain: (input) => explain(deps, input),
    policies: async () =>
      listPolicies(deps.clusterName, { ...deps.policySource(), policies: deps.policies() }, deps.switches.mode),
  };
}
