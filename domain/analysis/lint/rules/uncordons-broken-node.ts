import { defineLintRule } from '../rule.ts';

/** A cordon that ends before the person who is paged about the node has read the page. */
export const uncordonsBrokenNode = defineLintRule({
  code: 'uncordonsBrokenNode',
  severity: 'warning',
  summary:
    'A step cordons a node and takes the cordon back while the node is still broken (undo: Unhealthy or Always): new pods are placed on it before a person has looked.',
  find: ({ spec }) =>
    spec.steps.flatMap(({ action, takesNodeAway, undo }, index) =>
      takesNodeAway === undefined || undo === undefined || undo === 'WhenHealthy'
        ? []
        : [
            {
              path: ['spec', 'steps', index, 'undo'],
              message: `is ${undo}: where ${action} does not help, the node is uncordoned while it is still broken, before a person is asked`,
              fix: 'Write WhenHealthy: the node is then uncordoned once it is well.',
            },
          ],
    ),
});
