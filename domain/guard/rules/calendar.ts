import { msUntilOutside, msUntilWithin } from '../calendar.ts';
import type { GuardSettings } from '../settings.ts';
import { defineRule, type GuardLimits } from './rule.ts';

const inWords = (ms: number, nowMs: number) => new Date(nowMs + ms).toISOString();

/** Time from a moment at which acts are allowed until a freeze begins or the last window closes, ms; Infinity: never. */
export function msUntilForbidden({ windows, freezes }: GuardSettings, limits: GuardLimits, nowMs: number): number {
  const frozenInMs = msUntilWithin([...limits.freezes, ...freezes], nowMs) ?? Number.POSITIVE_INFINITY;
  return windows.length === 0 ? frozenInMs : Math.min(frozenInMs, msUntilOutside(windows, nowMs));
}

/** The times at which people want no surprises. */
export const calendar = defineRule({
  name: 'calendar',
  statements: ['G12'],
  summary: 'Holds inside a freeze and outside the policy’s windows, until the time has come.',
  reasons: ['frozen', 'outsideWindow'],
  settings: ['guards.windows', 'guards.freezes', 'config: guard.freezes'],
  judge: ({ request, nowMs, limits }) => {
    const { windows, freezes } = request.settings;
    const frozenMs = msUntilOutside([...limits.freezes, ...freezes], nowMs);
    if (frozenMs > 0) {
      const detail = `a freeze lasts until ${inWords(frozenMs, nowMs)}`;
      return { kind: 'hold', reason: 'frozen', retryAfterMs: frozenMs, detail };
    }
    if (windows.length === 0) return undefined;
    const closedMs = msUntilWithin(windows, nowMs);
    if (closedMs === 0) return undefined;
    if (closedMs === undefined)
      return { kind: 'deny', reason: 'outsideWindow', detail: 'no window of the policy ever opens' };
    const detail = `the next window opens at ${inWords(closedMs, nowMs)}`;
    return { kind: 'hold', reason: 'outsideWindow', retryAfterMs: closedMs, detail };
  },
});
