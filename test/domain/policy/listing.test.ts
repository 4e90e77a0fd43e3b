import { describe, expect, it } from '@jest/globals';
import { listPolicies } from '../../../domain/policy/listing.ts';
import { aPolicy } from '../../activities/support/cluster-deps.ts';

const policies = [aPolicy({ name: 'two' }), aPolicy({ name: 'one' })];

describe('a list of policies', () => {
  it('names each with its mode, its alerts, its namespaces and its steps, in the order of the names', () => {
    const listing = listPolicies('eu', { policies, source: '/etc/policies', refused: [] }, 'Auto');
    expect(listing).toEqual({
      ...{ cluster: 'eu', source: '/etc/policies', refused: [] },
      policies: ['one', 'two'].map((name) => ({
        ...{ name, mode: 'Auto', alerts: ['alertname=~"MemoryLeakDetected|PodCrashLooping"'] },
        ...{ namespaces: ['shop'], steps: ['evictPod', 'rolloutRestart'] },
      })),
    });
  });

  it('says the mode in force: no more than the configuration allows', () => {
    const { policies: listed } = listPolicies('eu', { policies, source: 'x', refused: [] }, 'Observe');
    expect(listed.map(({ mode }) => mode)).toEqual(['Observe', 'Observe']);
  });

  it('stays small however much is refused', () => {
    const refused = Array.from({ length: 1_000 }, () => 'x'.repeat(10_000));
    expect(JSON.stringify(listPolicies('eu', { policies, source: 'x', refused }, 'Auto')).length).toBeLessThan(60_000);
  });
});
