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

  it('names the first alerts and namespaces of a policy that has many, and says how many more there are', () => {
    const many = (what: string, count: number) => Array.from({ length: count }, (_, n) => `${what}-${n}`);
    const wide = aPolicy({ scope: { namespaces: many('team', 500) } });
    const match = { ...wide.spec.match, alerts: many('Alert', 50) };
    const stand = { policies: [{ ...wide, spec: { ...wide.spec, match } }], source: 'x', refused: [] };
    const [listed] = listPolicies('eu', stand, 'Auto').policies;
    expect(listed?.alerts).toEqual([...many('Alert', 10), '… and 40 more']);
    expect(listed?.namespaces).toEqual([...many('team', 30), '… and 470 more']);
  });

  it('stays smaller than what a workflow may return, however many policies there are, and says how many it left out', () => {
    const wide = aPolicy();
    const match = {
      ...wide.spec.match,
      alerts: Array.from({ length: 50 }, (_, n) => `alertname="${'€'.repeat(480)}${n}"`),
    };
    const crowd = Array.from({ length: 2_000 }, (_, n) => ({
      ...{ ...wide, metadata: { name: `policy-${n}` } },
      spec: { ...wide.spec, match },
    }));
    const listing = listPolicies('eu', { policies: crowd, source: 'x', refused: [] }, 'Auto');
    expect(Buffer.byteLength(JSON.stringify(listing))).toBeLessThan(2_000_000);
    expect(listing.policies.length).toBeGreaterThan(50);
    expect(listing.policies.length + (listing.more ?? 0)).toBe(2_000);
  });

  it('stays small however much is refused', () => {
    const refused = Array.from({ length: 1_000 }, () => 'x'.repeat(10_000));
    expect(JSON.stringify(listPolicies('eu', { policies, source: 'x', refused }, 'Auto')).length).toBeLessThan(60_000);
  });
});
