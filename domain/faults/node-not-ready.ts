import { defineConditionFault } from './fault-class.ts';

/** A node does not do its work, or does not answer. */
export const nodeNotReady = defineConditionFault({
  about: 'node',
  name: 'NodeNotReady',
  showsAs: 'The node’s condition Ready is False (its kubelet says so) or Unknown (its kubelet is silent).',
  advice:
    'Keep new pods away and move the others; a node that is silent cannot confirm that a pod has ended. The machine itself needs its owner.',
  helps: ['cordonNode', 'runJob', 'drainNode'],
  never: ['uncordonNode'],
  conditions: [
    { type: 'Ready', status: 'False' },
    { type: 'Ready', status: 'Unknown' },
  ],
  // A kubelet that is being upgraded comes back.
  toleranceMs: 60_000,
});
