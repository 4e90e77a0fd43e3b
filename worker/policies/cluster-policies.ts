import { type PolicyResources, policyKind } from '../../activities/kubernetes/policy-resources.ts';
import type { PolicyVocabulary } from '../../config/policy-fault.ts';
import type { PolicyEvents } from '../../config/policy-folder.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { openPolicySet } from './policy-set.ts';
import type { Standing } from './standing.ts';

/** What a follower of the cluster's policies tells beside what is in force. */
export interface ClusterPolicyEvents extends PolicyEvents {
  /** After every change, the first list included: how each policy stands, by name. */
  standing(standings: ReadonlyMap<string, Standing>): void;
  /** The API server has said something just now. */
  contact(): void;
  /** The policies could not be asked for; those known stay in force, and they are asked for again after the wait. */
  unreachable(error: MendflowError, retryInMs: number): void;
}

/** The policies of a cluster, kept current with their resources. */
export interface ClusterPolicies {
  /** Those in force, in the order of their names. */
  current(): readonly Policy[];
  close(): Promise<void>;
}

/**
 * Reads the policies of the cluster and follows their changes. Each is judged by itself: a faulty change is refused and
 * its last good generation stays in force, whatever happens to the others; when the API server is away, all stay.
 * Rejects when they could not be listed within `withinMs`: INVALID_CONFIG when the cluster does not know the resource,
 * else with what the API server said.
 */
export async function followClusterPolicies(
  resources: Pick<PolicyResources, 'follow'>,
  vocabulary: PolicyVocabulary,
  events: ClusterPolicyEvents,
  withinMs: number,
): Promise<ClusterPolicies> {
  const set = openPolicySet(vocabulary);
  const listed = Promise.withResolvers<void>();
  let inForce: readonly Policy[] = [];
  let trouble: MendflowError | undefined;
  const announce = announcer(events);
  const changed = () => {
    inForce = announce(set.standings());
    events.standing(set.standings());
  };
  const following = resources.follow({
    replaced(all) {
      set.replace(all);
      changed();
      listed.resolve();
    },
    set(one) {
      set.set(one);
      changed();
    },
    gone(one) {
      set.remove(one);
      changed();
    },
    contact: events.contact,
    trouble(error, retryInMs) {
      trouble = error;
      events.unreachable(error, retryInMs);
    },
  });
  const timer = setTimeout(() => listed.reject(whyNot(trouble)), withinMs);
  await listed.promise.catch(async (error: unknown) => {
    await following.close();
    throw error;
  });
  clearTimeout(timer);
  return { current: () => inForce, close: following.close };
}

/** Tells what is in force and what is refused, when either has changed, and gives the policies in force. */
function announcer(events: PolicyEvents) {
  let told: string | undefined;
  let inForce: readonly Policy[] = [];
  return (standings: ReadonlyMap<string, Standing>): readonly Policy[] => {
    const all = [...standings].sort(([a], [b]) => (a < b ? -1 : 1));
    const news = JSON.stringify(
      all.map(([, { resource, faults, inForce: good }]) => [resource.uid, good?.generation, faults]),
    );
    if (news === told) return inForce;
    told = news;
    inForce = all.flatMap(([, { inForce: good }]) => good?.policy ?? []);
    events.loaded(inForce);
    // Loading clears the alarm; a refusal that still stands raises it again.
    const faults = all.flatMap(([name, standing]) =>
      standing.faults.map((fault) => `${policyKind.kind} ${name} ${fault}`),
    );
    if (faults.length > 0) events.refused(faults);
    return inForce;
  };
}

function whyNot(error: MendflowError | undefined): MendflowError {
  const { plural, group } = policyKind;
  if (error === undefined) {
    return new MendflowError('CLUSTER_UNAVAILABLE', `the ${plural} of the cluster could not be listed in time`);
  }
  if (error.code !== 'TARGET_GONE') return error;
  return new MendflowError(
    'INVALID_CONFIG',
    `the cluster has no ${plural}.${group}: apply deploy/crd/${plural}.yaml, or set policies.source to files`,
  );
}
