import type { PodFault } from './fault-class.ts';
import { firstContainer, isRecent, terminations } from './pod-fault.ts';

/** The kernel killed a container for its memory. Exit code 137 alone is any SIGKILL and proves nothing. */
export const oomKilled: PodFault = {
  about: 'pod',
  name: 'OOMKilled',
  showsAs: 'A container or init container has the reason OOMKilled in its state or last state.',
  advice: 'A fresh pod starts with empty memory; a limit that is too small kills it again.',
  helps: ['evictPod', 'rolloutRestart', 'scale', 'raiseMemoryLimit', 'rollback'],
  never: ['cordonNode', 'uncordonNode'],
  reportedFromRestarts: 2,
  toleranceMs: 0,
  shows: (question) =>
    firstContainer(question, (container) =>
      terminations(container).some((end) => end.reason === 'OOMKilled' && isRecent(end.finishedAtMs, question))
        ? 'was OOMKilled'
        : undefined,
    ),
};
