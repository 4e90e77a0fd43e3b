import { describe, expect, it } from '@jest/globals';
import { batchesOf } from '../../../bench/storm/batches.ts';
import type { Workload } from '../../../bench/workloads.ts';

const workloads: Workload[] = ['a', 'b', 'c', 'd'].map((name) => ({
  ...{ namespace: 'storm-0', name, crashing: [`${name}-1`], healthy: [`${name}-2`, `${name}-3`] },
}));
const alertsIn = (batches: ReturnType<typeof batchesOf>) => batches.flatMap(({ alerts }) => alerts);

describe('a storm', () => {
  it.each([1, 3, 4, 81, 200])('has exactly %d alerts, each with a fingerprint of its own', (alerts) => {
    const all = alertsIn(batchesOf(workloads, { alerts, seconds: 60 }));
    expect(all).toHaveLength(alerts);
    expect(new Set(all.map(({ fingerprint }) => fingerprint)).size).toBe(alerts);
  });

  it('comes in one group for each workload, at even distances', () => {
    const batches = batchesOf(workloads, { alerts: 80, seconds: 60 });
    expect(batches.map(({ dueMs }) => dueMs)).toEqual([0, 15_000, 30_000, 45_000]);
    expect(batches.map(({ alerts }) => alerts.length)).toEqual([20, 20, 20, 20]);
  });

  it('is mostly about pods that crash indeed', () => {
    const pods = alertsIn(batchesOf(workloads.slice(0, 1), { alerts: 20, seconds: 1 })).map(
      ({ labels }) => `${labels.alertname} ${labels.pod}`,
    );
    const counts = Object.fromEntries(
      Object.entries(Object.groupBy(pods, (pod) => pod)).map(([k, own]) => [k, own?.length]),
    );
    expect(counts).toEqual({
      ...{ 'PodCrashLooping a-1': 16, 'PodCrashLooping a-2': 2, 'PodCrashLooping a-gone-18': 1 },
      'HighLatency a-2': 1,
    });
  });

  it('has no group without alerts', () => {
    expect(batchesOf(workloads, { alerts: 2, seconds: 60 }).map(({ alerts }) => alerts.length)).toEqual([1, 1]);
  });
});
