import { type FaultClass, firstContainer } from './fault-class.ts';

const pullFailures = [
  'ImagePullBackOff',
  'ErrImagePull',
  'ErrImageNeverPull',
  'InvalidImageName',
  'RegistryUnavailable',
  'ImageInspectError',
];

/** The image cannot be pulled: the state alternates between the attempt's error and the back-off. */
export const imagePullBackOff: FaultClass = {
  reason: 'ImagePullBackOff',
  advice: 'A restart rarely helps: correct the image, the pull secret or the registry, or roll back.',
  shows: (question) =>
    firstContainer(question, ({ state }) =>
      state?.kind === 'waiting' && pullFailures.includes(state.reason) ? `waits with ${state.reason}` : undefined,
    ),
};
