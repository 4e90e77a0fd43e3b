import { asksPeople } from '../ladder.ts';
import { defineLintRule } from '../rule.ts';

/** A policy that acts and has nobody to hand over to. */
export const escalationMissing = defineLintRule({
  code: 'escalationMissing',
  severity: 'warning',
  summary: 'The policy acts, but when its ladder ends or a guard says no, nobody is told.',
  find: ({ spec }, { hasFallbackReceiver }) => {
    const acts = spec.mode === 'Auto' || spec.mode === 'Approve';
    // An approval that nobody hears of has a rule of its own, with the same remedy.
    const isToldAlready = spec.steps.some((step) => asksPeople(spec.mode, step));
    if (!acts || isToldAlready || spec.escalation.length > 0 || hasFallbackReceiver) return [];
    return [
      {
        path: ['spec', 'escalation'],
        message: 'is empty: when the last step did not help, nobody is told',
        fix: 'Add escalation: [{ notify: [<receiver>] }], or mark a receiver of the configuration as fallback.',
      },
    ];
  },
});
