import { describe, expect, it } from '@jest/globals';
import type { ClusterActivities } from '../../activities/contract.ts';
import type { Assessment } from '../../domain/run/assessment.ts';
import { tellingRefusals } from '../../worker/told-refusals.ts';
import { anActionable, anAlert, now } from '../support/builders.ts';

const paused: Assessment = { kind: 'notActionable', reason: 'paused', detail: 'the ConfigMap says so', verifiedAt: '' };

function opened(verify: () => Assessment) {
  const clock = { nowMs: now };
  const told: unknown[] = [];
  const connection = { isAway: false, refused: async (...said: unknown[]) => void told.push(said) };
  const activities = tellingRefusals({ verify: async () => verify() } as unknown as ClusterActivities, {
    connection: {
      refused: (cluster, refused) =>
        connection.isAway ? Promise.reject(new Error('away')) : connection.refused(cluster, refused),
    },
    ...{ cluster: 'north', now: () => clock.nowMs },
  });
  return { clock, connection, told, verify: () => activities.verify({ alert: anAlert() }) };
}

describe('a pause of the cluster itself', () => {
  it('is told to the guard, once a second, and the run hears what it would have heard', async () => {
    const { clock, told, verify } = opened(() => paused);
    expect(await verify()).toEqual(paused);
    await verify();
    expect(told).toEqual([['north', { atMs: now }]]);
    clock.nowMs += 1_000;
    await verify();
    expect(told).toHaveLength(2);
  });

  it('makes the look fail where the guard cannot be told, so that it is tried again', async () => {
    const { connection, told, verify } = opened(() => paused);
    connection.isAway = true;
    await expect(verify()).rejects.toThrow('away');
    connection.isAway = false;
    expect(await verify()).toEqual(paused);
    expect(told).toHaveLength(1);
  });

  it('is not told of where a run goes on or is refused otherwise', async () => {
    const { told, verify } = opened(() => anActionable());
    await verify();
    expect(told).toEqual([]);
  });
});
