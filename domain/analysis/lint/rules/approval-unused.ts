import { asksPeople } from '../ladder.ts';
import { defineLintRule } from '../rule.ts';

/** A rule for approvals where there are none. */
export const approvalUnused = defineLintRule({
  code: 'approvalUnused',
  severity: 'warning',
  summary: 'Two people must approve (approval.twoPeople), but no step asks for an approval.',
  find: ({ spec }) => {
    const isAsked = spec.steps.some((step) => asksPeople(spec.mode, step) || step.approval !== 'None');
    if (!spec.approval.twoPeople || isAsked) return [];
    return [
      {
        path: ['spec', 'approval', 'twoPeople'],
        message: 'has no effect: no step asks for an approval',
        fix: 'Add approval: Required to a step, or set mode: Approve.',
      },
    ];
  },
});
