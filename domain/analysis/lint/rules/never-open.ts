import { isWithin, msUntilOutside, msUntilWithin, type TimeWindow } from '../../../guard/calendar.ts';
import { defineLintRule } from '../rule.ts';

const dayMs = 86_400_000;
const insideMs = 1_000;
/** Freezes without a gap for so long are not meant. */
const horizonDays = 30;
/** So many windows in a row that nobody can use are not meant. Schedules are slow to follow, so it ends here. */
const jumps = 40;
const mostFreezes = 4;
const startsOnceAnHour = /^\s*\d+\s/;

/** Windows and freezes that leave no time to act. */
export const neverOpen = defineLintRule({
  code: 'neverOpen',
  severity: 'error',
  summary: 'The freezes cover every window, or all time there is: the policy never acts.',
  find: ({ spec }, { nowMs }) => {
    const { windows, freezes } = spec.guards;
    const isFollowed = freezes.every(({ schedule }) => startsOnceAnHour.test(schedule));
    if (freezes.length === 0 || freezes.length > mostFreezes || !isFollowed) return [];
    const isOpen = windows.length === 0 ? leavesTime(freezes, nowMs) : leavesWindow({ windows, freezes }, nowMs);
    if (isOpen) return [];
    const what = windows.length === 0 ? `leave no time in the next ${horizonDays} days` : 'cover every window';
    return [
      {
        path: ['spec', 'guards', 'freezes'],
        message: `${what}, so the policy does not act`,
        fix: 'Shorten the freezes, or take the policy away while they last.',
      },
    ];
  },
});

/** Jumps from freeze to freeze until there is a moment in between, or the horizon. */
function leavesTime(freezes: readonly TimeWindow[], nowMs: number): boolean {
  let atMs = nowMs;
  for (let jump = 0; jump < jumps && atMs < nowMs + horizonDays * dayMs; jump += 1) {
    if (!isWithin(freezes, atMs)) return true;
    atMs += msUntilOutside(freezes, atMs) + insideMs;
  }
  return atMs < nowMs + horizonDays * dayMs;
}

/** Jumps from window to window, and within a window behind its freeze. */
function leavesWindow(
  { windows, freezes }: { windows: readonly TimeWindow[]; freezes: readonly TimeWindow[] },
  nowMs: number,
): boolean {
  let atMs = nowMs;
  for (let jump = 0; jump < jumps; jump += 1) {
    const untilOpenMs = msUntilWithin(windows, atMs);
    if (untilOpenMs === undefined) return false;
    atMs += untilOpenMs + insideMs;
    if (!isWithin(freezes, atMs)) return true;
    atMs += msUntilOutside(freezes, atMs);
  }
  return false;
}
