import { defineConditionFault } from './fault-class.ts';

/** A node runs out of memory or of process numbers. */
export const nodePressure = defineConditionFault({
  about: 'node',
  name: 'NodePressure',
  showsAs: 'The node’s condition MemoryPressure or PIDPressure is True.',
  advice: 'The kubelet evicts by itself and takes no new pods; keep others away and find who takes so much.',
  helps: ['cordonNode', 'drainNode'],
  never: ['uncordonNode', 'raiseMemoryLimit'],
  conditions: [
    { type: 'MemoryPressure', status: 'True' },
    { type: 'PIDPressure', status: 'True' },
  ],
  toleranceMs: 60_000,
});
