import { actingLeases, type GuardState } from './state.ts';

/** What can be seen of a guard at one moment. */
export interface GuardGauges {
  permitsInUse: number;
  storm: 'closed' | 'halfOpen' | 'open';
  /** When the latest acts were, Unix ms; permits in use count as acts of now. */
  spentMs: number[];
}

/** No budget of the cluster looks at more. */
const actsShown = 200;

/** The gauges of a state. */
export function gaugesOf({ leases, storm, acts }: GuardState, nowMs: number): GuardGauges {
  return {
    permitsInUse: leases.length,
    storm: storm?.kind ?? 'closed',
    spentMs: [...acts.slice(-actsShown).map(({ atMs }) => atMs), ...actingLeases({ leases }).map(() => nowMs)],
  };
}
