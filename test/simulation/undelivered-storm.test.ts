import { describe, expect, it } from '@jest/globals';
import { workflowTypes } from '../../domain/run/contract.ts';
import { invariants } from './invariants/index.ts';
import { play } from './search/play.ts';
import type { ScheduledEvent } from './search/schedule.ts';
import { aDay, trouble } from './support/a-day.ts';

const awayMinutes = 100;
const deployment = { namespace: 'shop', kind: 'Deployment', replicas: 4, isOut: false } as const;

describe('the message of a storm that no receiver takes', () => {
  it('holds neither decisions nor the guard’s continue-as-new, and is told once when the receiver is back', async () => {
    const workloads = [0, 1, 2, 3, 4, 5];
    // Each order costs the guard some events.
    const orders = Array.from(
      { length: 80 },
      (_, index): ScheduledEvent => ({ kind: 'reset', at: 5 + index, workload: 5 }),
    );
    const day = aDay(
      [
        { kind: 'receiver', at: 0, receiver: 'fallback', how: 'hangs', minutes: awayMinutes },
        ...workloads.map((workload) => trouble(0, workload, { lasts: 20 })),
        ...orders,
        trouble(90, 6),
      ],
      { limits: { stormWorkloads: 3 }, workloads: Array(7).fill(deployment) },
    );
    const trace = await play(day);
    const backMs = trace.startMs + awayMinutes * 60_000;
    const [storm] = trace.stormSpans;
    expect(storm?.fromMs).toBeLessThan(trace.startMs + 5 * 60_000);

    const guards = trace.executions.filter(({ type }) => type === workflowTypes.guard);
    const before = guards.filter(({ closedAtMs = backMs }) => closedAtMs < backMs);
    expect(before.length).toBeGreaterThanOrEqual(3);
    expect(new Set(before.map(({ status }) => status))).toEqual(new Set(['continuedAsNew']));
    // Decided while the message was still owed.
    const isLate = ({ atMs }: { atMs: number }) => atMs > trace.startMs + 90 * 60_000 && atMs < backMs;
    expect(trace.rulings.filter(isLate).map(({ decision }) => decision.verdict.kind)).toContain('grant');

    const told = trace.told.filter(({ notification }) => notification.kind === 'storm');
    expect(told.map(({ receiver }) => receiver)).toEqual(['fallback']);
    expect(told[0]?.atMs).toBeGreaterThanOrEqual(backMs);
    expect(trace.guard.notices).toEqual([]);
    expect(invariants.flatMap(({ name, broken }) => (broken(trace) === undefined ? [] : [name]))).toEqual([]);
  });
});
