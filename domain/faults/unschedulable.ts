import type { PodFault } from './fault-class.ts';

/** No node can take the pod. */
export const unschedulable: PodFault = {
  about: 'pod',
  name: 'Unschedulable',
  showsAs: 'The pod is Pending and its condition PodScheduled is False with the reason Unschedulable.',
  advice: 'A restart cannot help: it needs room, a node that fits, or smaller requests; the message says what lacks.',
  helps: ['uncordonNode', 'runJob', 'rollback'],
  never: [
    ...['evictPod', 'deletePod', 'rolloutRestart', 'raiseHpaMax', 'raiseMemoryLimit', 'clearCache'],
    ...['cordonNode', 'drainNode'],
  ],
  // An autoscaler of nodes takes a few minutes, and this is how it learns that it must.
  toleranceMs: 180_000,
  shows: ({ pod, restartsAtLeast }) => {
    if (pod.phase !== 'Pending' || restartsAtLeast > 0) return undefined;
    const refused = pod.conditions.find(
      ({ type, status, reason }) => type === 'PodScheduled' && status === 'False' && reason === 'Unschedulable',
    );
    return refused && `no node can take the pod${refused.message === '' ? '' : ` (${refused.message.slice(0, 300)})`}`;
  },
};
