import type { Pause } from '../state.ts';
import { defineRule } from './rule.ts';

/** Who has paused, until when, and why, in words. */
export function pauseInWords({ who, why, untilMs }: Pick<Pause, 'who' | 'why' | 'untilMs'>): string {
  const until = untilMs === undefined ? '' : ` until ${new Date(untilMs).toISOString()}`;
  return `paused by ${who}${until}: ${why}`;
}

/** The kill switch. */
export const paused = defineRule({
  name: 'paused',
  statements: ['G15'],
  summary: 'Denies everything while a person has paused remediation; every pause must be lifted or end.',
  reasons: ['paused'],
  settings: [
    'mendflow pause',
    'config: guard.paused',
    'config: guard.pauseConfigMap',
    'annotation mendflow.dev/pause-until',
  ],
  judge: ({ state }) => {
    const [pause, ...others] = state.pauses;
    if (pause === undefined) return undefined;
    const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
    return { kind: 'deny', reason: 'paused', detail: `${pauseInWords(pause)}${more}` };
  },
});
