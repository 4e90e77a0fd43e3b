import { defineConditionFault } from './fault-class.ts';

/** A node runs out of disk. */
export const nodeDiskFull = defineConditionFault({
  about: 'node',
  name: 'NodeDiskFull',
  showsAs: 'The node’s condition DiskPressure is True.',
  advice:
    'The kubelet removes unused images and evicts by itself; what else fills the disk (logs, host paths) needs a clean-up on the node.',
  helps: ['cordonNode', 'runJob', 'drainNode'],
  never: ['uncordonNode', 'raiseMemoryLimit'],
  conditions: [{ type: 'DiskPressure', status: 'True' }],
  // Removing unused images is often enough.
  toleranceMs: 120_000,
});
