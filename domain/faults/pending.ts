import type { PodFault } from './fault-class.ts';

/** A pod that was created a shorter time ago is still being started. */
const pendingForMs = 120_000;

/**
 * The pod does not come up: phase Pending, whatever keeps it there. A pod in phase Failed is not meant: its controller has
 * replaced it. One in phase Unknown is a matter of its node.
 */
export const pending: PodFault = {
  about: 'pod',
  name: 'Pending',
  showsAs:
    'The pod has been Pending for 2 minutes, or as long as is asked for: no node takes it, an image, a setting or a volume is missing, or an init container does not end.',
  advice:
    'A restart cannot help: a fresh pod waits for the same. Its events and the states of its containers say what it waits for.',
  helps: ['uncordonNode', 'deleteStuckPod', 'rollback'],
  never: [
    ...['evictPod', 'deletePod', 'rolloutRestart', 'scale', 'raiseHpaMax', 'raiseMemoryLimit', 'clearCache'],
    ...['cordonNode', 'drainNode'],
  ],
  shows: ({ pod, restartsAtLeast, nowMs, forMs = pendingForMs }) => {
    if (pod.phase !== 'Pending' || restartsAtLeast > 0 || nowMs - pod.createdAtMs < forMs) return undefined;
    const refused = pod.conditions.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
    // Whoever gated it lets it go when its time has come.
    if (refused?.reason === 'SchedulingGated') return undefined;
    const waits = pod.containers.flatMap(({ name, state }) =>
      state?.kind === 'waiting' && state.reason !== 'PodInitializing' ? [`container ${name}: ${state.reason}`] : [],
    );
    const why = [...(refused ? [refused.reason] : []), ...waits].filter((part) => part !== '');
    return `pod is Pending for ${Math.floor((nowMs - pod.createdAtMs) / 60_000)} min${why.length === 0 ? '' : ` (${why.join('; ').slice(0, 300)})`}`;
  },
};
