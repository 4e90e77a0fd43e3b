import { isRehearsal } from '../../../policy/plan.ts';
import { defineLintRule } from '../rule.ts';

/** A policy that acts where nothing can be signed. */
export const keyMissing = defineLintRule({
  code: 'keyMissing',
  severity: 'warning',
  summary: 'The policy acts, but the installation has no signing key, and without a ticket nothing is done.',
  find: ({ spec }, { isKeyMissing }) => {
    if (isKeyMissing !== true || isRehearsal(spec.mode) || spec.steps.length === 0) return [];
    return [
      {
        path: ['spec', 'mode'],
        message: `is ${spec.mode}, but no signing key is set, so no step is ever taken`,
        fix: 'Set MENDFLOW_APPROVAL_KEY for the api and the workers.',
      },
    ];
  },
});
