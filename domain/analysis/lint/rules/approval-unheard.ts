import { asksPeople } from '../ladder.ts';
import { defineLintRule } from '../rule.ts';

/** A question that reaches nobody. */
export const approvalUnheard = defineLintRule({
  code: 'approvalUnheard',
  severity: 'warning',
  summary:
    'A step waits for a person’s approval, but the policy tells nobody: the question expires, and that means no.',
  find: (policy, { hasFallbackReceiver }) => {
    const { spec } = policy;
    const index = spec.steps.findIndex((step) => asksPeople(spec.mode, step));
    if (index === -1 || spec.escalation.length > 0 || hasFallbackReceiver) return [];
    const because = spec.mode === 'Approve' ? 'mode Approve' : `approval: ${spec.steps[index]?.approval}`;
    return [
      {
        path: ['spec', 'steps', index],
        message: `waits for an approval (${because}), but nobody is told`,
        fix: 'Add escalation: [{ notify: [<receiver>] }], or mark a receiver of the configuration as fallback.',
      },
    ];
  },
});
