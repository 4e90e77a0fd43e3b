import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { PolicyResource, PolicyResources } from '../../../activities/kubernetes/policy-resources.ts';
import type { ReflectorEvents } from '../../../activities/kubernetes/reflection.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import { type ClusterPolicies, followClusterPolicies } from '../../../worker/policies/cluster-policies.ts';
import { aResource, badSpec, vocabulary } from './a-resource.ts';

let server: ReflectorEvents<PolicyResource>;
let isFollowed: boolean;
let told: string[];
let policies: ClusterPolicies | undefined;

const resources: Pick<PolicyResources, 'follow'> = {
  follow(events) {
    server = events;
    isFollowed = true;
    return {
      async close() {
        isFollowed = false;
      },
    };
  },
};

function follow(withinMs = 5_000): Promise<ClusterPolicies> {
  return followClusterPolicies(
    resources,
    vocabulary,
    {
      loaded: (all) => told.push(`loaded ${all.map(({ metadata }) => metadata.name).join(' ')}`.trim()),
      refused: (faults) => told.push(...faults.map((fault) => `refused ${fault.split(':')[0]}`)),
      standing: () => undefined,
      contact: () => undefined,
      unreachable: (error) => told.push(error.code),
    },
    withinMs,
  );
}

/** Follows a cluster that has these policies. */
async function followed(...all: PolicyResource[]): Promise<ClusterPolicies> {
  const opening = follow();
  server.replaced(all);
  policies = await opening;
  return policies;
}
const names = () => policies?.current().map(({ metadata }) => metadata.name);

beforeEach(() => {
  told = [];
  isFollowed = false;
});
afterEach(() => policies?.close());

describe('the policies of a cluster', () => {
  it('are those in force, in the order of their names', async () => {
    await followed(aResource({ name: 'two' }), aResource({ name: 'one' }), aResource({ name: 'bad', spec: badSpec }));
    expect(names()).toEqual(['one', 'two']);
  });

  it('follow what is made, changed and deleted', async () => {
    await followed(aResource({ name: 'one' }));
    server.set(aResource({ name: 'two' }));
    expect(names()).toEqual(['one', 'two']);
    server.set(aResource({ name: 'one', generation: 2, spec: { ...(aResource().spec as object), mode: 'Observe' } }));
    expect(policies?.current()[0]?.spec.mode).toBe('Observe');
    server.gone(aResource({ name: 'one' }));
    expect(names()).toEqual(['two']);
    server.set(aResource({ name: 'two', isLeaving: true }));
    expect(names()).toEqual([]);
  });

  it('are exactly those of a new list', async () => {
    await followed(aResource({ name: 'one' }), aResource({ name: 'two' }));
    server.replaced([aResource({ name: 'two', generation: 2, spec: badSpec }), aResource({ name: 'three' })]);
    expect(names()).toEqual(['three', 'two']);
  });

  it('keep the last good generation of one whose change is refused, and raise the alarm, until it is corrected', async () => {
    await followed(aResource());
    server.set(aResource({ generation: 2, spec: badSpec }));
    expect(names()).toEqual(['crash-loop']);
    server.set(aResource({ name: 'other' }));
    server.set(aResource({ generation: 3 }));
    expect(told).toEqual([
      'loaded crash-loop',
      'loaded crash-loop',
      'refused RemediationPolicy crash-loop spec.match.alerts.0',
      // The alarm does not end because another policy is well.
      'loaded crash-loop other',
      'refused RemediationPolicy crash-loop spec.match.alerts.0',
      'loaded crash-loop other',
    ]);
  });

  it('say nothing new when only a status was written', async () => {
    await followed(aResource());
    server.set(aResource({ resourceVersion: '11', status: { matched: 1 } }));
    expect(told).toEqual(['loaded crash-loop']);
  });

  it('stay in force while the API server is away', async () => {
    await followed(aResource());
    server.trouble?.(new MendflowError('CLUSTER_UNAVAILABLE', 'away'), 100);
    expect(names()).toEqual(['crash-loop']);
    expect(told.at(-1)).toBe('CLUSTER_UNAVAILABLE');
  });

  it.each([
    ['TARGET_GONE', 'INVALID_CONFIG', /no remediationpolicies\.mendflow\.dev: apply deploy\/crd/],
    ['PERMISSION_DENIED', 'PERMISSION_DENIED', /it failed/],
    ['CLUSTER_UNAVAILABLE', 'CLUSTER_UNAVAILABLE', /it failed/],
  ] as const)('do not open when they cannot be listed in time for %s, and end with %s', async (met, code, message) => {
    const opening = follow(1);
    server.trouble?.(new MendflowError(met, 'it failed'), 100);
    await expect(opening).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(isFollowed).toBe(false);
  });

  it('do not open when nothing is heard in time', async () => {
    await expect(follow(1)).rejects.toMatchObject({ code: 'CLUSTER_UNAVAILABLE' });
  });
});
