import type { AlertFault } from './fault-class.ts';

/** A PersistentVolumeClaim has little room left; Kubernetes' own status does not say so. */
export const volumeNearlyFull: AlertFault = {
  about: 'alert',
  name: 'VolumeNearlyFull',
  showsAs: 'An alert over the kubelet’s volume statistics that names a PersistentVolumeClaim.',
  advice: 'The volume keeps what is on it when its pods are replaced: make room or make it larger.',
  helps: ['clearCache', 'runJob'],
  never: [
    ...['evictPod', 'deletePod', 'rolloutRestart', 'scale', 'raiseHpaMax', 'raiseMemoryLimit'],
    ...['cordonNode', 'uncordonNode', 'drainNode'],
  ],
};
