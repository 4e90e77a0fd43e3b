import type { Pause } from '../state.ts';
import { defineRule } from './rule.ts';

/** Who has paused, and why, in words. */
export const pauseInWords = ({ who, why }: Pick<Pause, 'who' | 'why'>): string => `paused by ${who}: ${why}`;

/** The kill switch. */
export const paused = defineRule({
  name: 'paused',
  statements: ['G15'],
  summary: 'Denies everything while a person has paused remediation; every pause must be lifted.',
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
