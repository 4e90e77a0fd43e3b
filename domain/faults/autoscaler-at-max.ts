import type { AlertFault } from './fault-class.ts';

/** A HorizontalPodAutoscaler wants more pods than it may have. */
export const autoscalerAtMax: AlertFault = {
  about: 'alert',
  name: 'AutoscalerAtMax',
  showsAs: 'An alert that names a HorizontalPodAutoscaler which has been at its maximum for a while.',
  advice: 'Raise its maximum within what the cluster can hold; what takes pods away makes it worse.',
  helps: ['raiseHpaMax'],
  never: ['evictPod', 'deletePod', 'rolloutRestart', 'scale', 'cordonNode', 'drainNode'],
};
