import { actsKeptMs, type GuardState } from '../../../domain/guard/state.ts';
import type { Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';
import { minuteMs, wasDisturbed } from './runs-of.ts';

/** L8: a guard that somebody terminates. */
export const memory: Invariant = {
  name: 'L8',
  statement:
    'The guard’s pauses, budgets, cooldowns and leases survive its termination, or it starts paused and says so.',
  broken: (trace) => firstOf(trace.guardEnds, (end) => lost(trace, end)),
};

interface Passage {
  before: GuardState;
  after: GuardState;
  fromMs: number;
  toMs: number;
}

/** What is sent to a guard may be under way for so long before it ended. */
const underWayMs = 10_000;

function lost(trace: Trace, { atMs, state, after }: Trace['guardEnds'][number]): string | undefined {
  if (after === undefined || wasDisturbed(trace, atMs, after.atMs)) return undefined;
  const passage = { before: state, after: after.state, fromMs: atMs - underWayMs, toMs: after.atMs };
  const standsFor = passage.after.pauses.find(({ id }) => id.startsWith('restored/'));
  if (standsFor !== undefined) return isSaid(trace, passage) ? undefined : `nobody hears of the pause ${standsFor.id}`;
  const missing = [
    ...pausesLost(trace, passage),
    ...leasesLost(trace, passage),
    ...actsLost(passage),
    ...changesLost(trace, passage),
    ...resetsLost(passage),
  ];
  return missing.length === 0 ? undefined : `after ${at(atMs)} the guard has forgotten ${missing.join(', ')}`;
}

/** People are told that it starts paused, or are told as soon as a receiver takes it. */
const isSaid = ({ told }: Trace, { after }: Passage) =>
  after.notices.some(({ key }) => key.startsWith('guard/')) ||
  told.some(({ notification }) => notification.dedupKey.startsWith('guard/'));

/** Pauses that neither a person nor their end lifted meanwhile. */
function pausesLost({ schedule, startMs }: Trace, { before, after, fromMs, toMs }: Passage): string[] {
  const lifted = schedule.events.flatMap((event) => {
    if (event.kind !== 'pause' || (event.how !== 'guard' && event.how !== 'timed')) return [];
    const sinceMs = startMs + event.at * minuteMs;
    const endMs = sinceMs + event.minutes * minuteMs;
    return endMs >= fromMs && endMs <= toMs ? [`pause-${sinceMs}`] : [];
  });
  return before.pauses
    .filter(({ id }) => !after.pauses.some((pause) => pause.id === id) && !lifted.includes(id))
    .map(({ id }) => `the pause ${id}`);
}

/** Leases that were neither returned nor renewed nor expired meanwhile. */
function leasesLost({ releases, rulings }: Trace, { before, after, fromMs, toMs }: Passage): string[] {
  const isBack = (requestId: string) =>
    releases.some((it) => it.requestId === requestId && it.atMs >= fromMs && it.atMs <= toMs) ||
    rulings.some((it) => it.request.renews === requestId && it.atMs >= fromMs && it.atMs <= toMs);
  return before.leases
    .filter(({ requestId, expiresAtMs }) => {
      const isThere = after.leases.some((lease) => lease.requestId === requestId);
      return !isThere && expiresAtMs > toMs && !isBack(requestId);
    })
    .map(({ requestId }) => `the lease ${requestId}`);
}

/** Acts that are not so old that only their minute is kept. */
function actsLost({ before, after, toMs }: Passage): string[] {
  return before.acts
    .filter(({ runId, atMs, workload }) => {
      const isThere = after.acts.some((act) => act.runId === runId && act.atMs === atMs && act.workload === workload);
      return !isThere && atMs > toMs - actsKeptMs;
    })
    .map(({ runId, workload }) => `the act of ${runId} on ${workload}`);
}

/** Changes of workloads that nobody reset meanwhile. */
function changesLost({ resets }: Trace, { before, after, fromMs, toMs }: Passage): string[] {
  const isReset = (key: string) =>
    resets.some(({ workload, atMs }) => workload === key && atMs >= fromMs && atMs <= toMs);
  return before.changes
    .filter(({ workload, atMs, to }) => {
      const isThere = after.changes.some((it) => it.workload === workload && it.atMs === atMs && it.to === to);
      return !isThere && atMs > toMs - actsKeptMs && !isReset(workload);
    })
    .map(({ workload, to }) => `that ${workload} became ${to}`);
}

const resetsLost = ({ before, after }: Passage): string[] =>
  before.resets
    .filter(({ workload, atMs }) => !after.resets.some((it) => it.workload === workload && it.atMs === atMs))
    .map(({ workload }) => `the reset of ${workload}`);
