import { describe, expect, it } from '@jest/globals';
import { createTellAlerting } from '../../../api/intake/tell-alerting.ts';
import type { Alert } from '../../../domain/alert/alert.ts';
import type { Sighting } from '../../../domain/guard/state.ts';
import { anAlert } from '../../support/builders.ts';

function setUp() {
  const clock = { nowMs: 1_000_000, timers: [] as (() => void)[] };
  const told: { cluster: string; workloads: string[] }[] = [];
  const warnings: string[] = [];
  const guard = {
    alerting: async (cluster: string, sightings: Sighting[]) => {
      told.push({ cluster, workloads: sightings.map(({ workload }) => workload) });
    },
  };
  const tell = createTellAlerting({
    guard,
    now: () => clock.nowMs,
    after: (_, then) => clock.timers.push(then),
    logger: { warn: (_, message) => warnings.push(message) },
  });
  return { clock, guard, told, warnings, tell };
}

const of = (name: string, given: Partial<Alert> = {}) =>
  anAlert({ labels: { alertname: 'Crash', namespace: 'shop', deployment: name }, cluster: 'default', ...given });
const many = (count: number, given: Partial<Alert> = {}) =>
  Array.from({ length: count }, (_, index) => of(`w${index}`, given));

describe('the workloads whose alerts came in', () => {
  it('are told to the guard of their cluster, all in one message', async () => {
    const { told, tell } = setUp();
    await tell([...many(21), ...many(6, { cluster: 'north' })]);
    expect(told.map(({ cluster, workloads }) => [cluster, workloads.length])).toEqual([
      ['default', 21],
      ['north', 6],
    ]);
  });

  it('are no news for the guard while they are fewer than five, whatever their pods are called', async () => {
    const { told, tell } = setUp();
    await tell(many(4));
    await tell(many(50, { status: 'resolved' }));
    const pods = Array.from({ length: 50 }, (_, index) => `w1-7d9f8b6c5d-x2x${'bcdfghjklm'[index % 10]}z`);
    await tell(pods.map((pod) => anAlert({ labels: { alertname: 'Crash', namespace: 'shop', pod } })));
    expect(told).toEqual([]);
    await tell([of('w5')]);
    expect(told[0]?.workloads).toHaveLength(5);
  });

  it('are told once a minute each, and at most one message a second', async () => {
    const { clock, told, tell } = setUp();
    await tell(many(21));
    await tell(many(21));
    await tell(many(30));
    await tell(many(31));
    expect([told.length, clock.timers.length]).toEqual([1, 1]);
    clock.nowMs += 1_000;
    clock.timers.shift()?.();
    expect(told.map(({ workloads }) => workloads.length)).toEqual([21, 10]);
    clock.nowMs += 60_000;
    await tell(many(1));
    expect(told.map(({ workloads }) => workloads.length)).toEqual([21, 10, 31]);
  });

  it('that were heard of five minutes ago do not count', async () => {
    const { clock, told, tell } = setUp();
    await tell(many(4));
    clock.nowMs += 300_000;
    await tell([of('w5')]);
    expect(told).toEqual([]);
  });

  it('are at most five hundred in a message', async () => {
    const { told, tell } = setUp();
    await tell(many(2_000));
    expect(told[0]?.workloads).toHaveLength(500);
  });

  it('hold nobody up where the guard cannot be told', async () => {
    const { guard, tell, warnings } = setUp();
    guard.alerting = () => Promise.reject(new Error('Temporal is away'));
    await tell(many(21));
    expect(warnings).toEqual(['the guard could not be told which workloads alert']);
  });
});
