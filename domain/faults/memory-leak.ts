import type { AlertFault } from './fault-class.ts';

/** Memory that grows and is never given back; a container below its limit shows nothing in its status. */
export const memoryLeak: AlertFault = {
  about: 'alert',
  name: 'MemoryLeak',
  showsAs: 'Its working set grows steadily towards its limit: an alert over the trend, verified by promql.',
  advice: 'A fresh pod starts with empty memory and buys time; the leak stays in what runs.',
  helps: ['clearCache', 'evictPod', 'rolloutRestart', 'raiseMemoryLimit', 'rollback'],
  never: ['cordonNode', 'uncordonNode', 'raiseHpaMax'],
};
