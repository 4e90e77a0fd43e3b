import type { PodFault } from './fault-class.ts';
import { firstContainer } from './pod-fault.ts';

const pullFailures = [
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
  'ImageInspectError',
];

/** The image cannot be pulled: the state alternates between the attempt's error and the back-off. */
export const imagePullBackOff: PodFault = {
  about: 'pod',
  name: 'ImagePullBackOff',
  showsAs: `A container waits with one of ${pullFailures.join(', ')}.`,
  advice: 'A restart rarely helps: correct the image, the pull secret or the registry, or roll back.',
  helps: ['deleteStuckPod', 'rollback'],
  never: ['evictPod', 'deletePod', 'rolloutRestart', 'scale', 'raiseHpaMax', 'raiseMemoryLimit', 'uncordonNode'],
  // A registry that was away for a moment answers the next attempt.
  toleranceMs: 60_000,
  shows: (question) =>
    firstContainer(question, ({ state }) =>
      state?.kind === 'waiting' && pullFailures.includes(state.reason) ? `waits with ${state.reason}` : undefined,
    ),
};
