import { describe, expect, it } from '@jest/globals';
import { applyEffects, type GuardState } from '../../../domain/guard/state.ts';
import { clustersKept, unknownClusterNotice } from '../../../domain/guard/unknown-clusters.ts';
import { aGuardState, now } from '../../support/builders.ts';

const hours = (count: number) => count * 3_600_000;
const heard = (cluster: string, atMs = now) => ({ cluster, sender: 'am', alerts: 3, atMs });
/** As the guard does it: what is heard is noted, and people are told where it is time. */
const hear = (state: GuardState, cluster: string, atMs = now) => {
  const notice = unknownClusterNotice(state.unknownClusters, heard(cluster, atMs));
  return applyEffects(state, [
    { type: 'unknownCluster', ...heard(cluster, atMs), isTold: notice !== undefined },
    ...(notice === undefined ? [] : [{ type: 'noticed' as const, notice }]),
  ]);
};
const hearAll = (clusters: string[]) => clusters.reduce((state, cluster) => hear(state, cluster), aGuardState());

describe('an unknown cluster', () => {
  it('is one message, whatever the number of deliveries, and the alerts are counted', () => {
    const { notices, unknownClusters } = hearAll(Array(30).fill('prod-x'));
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({ kind: 'escalation', reason: 'foreignCluster' });
    expect(notices[0]?.summary).toContain('the unknown cluster prod-x');
    expect(unknownClusters).toEqual([
      { cluster: 'prod-x', sender: 'am', alerts: 90, sinceMs: now, lastMs: now, toldMs: now },
    ]);
  });

  it('is told again a day later', () => {
    const once = hear(aGuardState(), 'x');
    expect(hear(once, 'x', now + hours(24) - 1).notices).toHaveLength(1);
    expect(hear(once, 'x', now + hours(24)).notices).toHaveLength(2);
  });

  it('beyond fifty names is one of many, told as one', () => {
    const names = Array.from({ length: 300 }, (_, index) => `c${index}`);
    const { unknownClusters } = hearAll(names);
    expect(unknownClusters).toHaveLength(clustersKept + 1);
    expect(unknownClusters.at(-1)).toMatchObject({ cluster: '*', alerts: 3 * 250 });
    const full = hearAll(names.slice(0, 50));
    expect(hear(full, 'one-more').notices.at(-1)?.summary).toContain('more than 50 unknown clusters');
    expect(hear(hear(full, 'one-more'), 'another').notices.length).toBe(hear(full, 'one-more').notices.length);
  });
});
