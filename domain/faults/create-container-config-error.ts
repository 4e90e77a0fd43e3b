import type { PodFault } from './fault-class.ts';
import { firstContainer } from './pod-fault.ts';

/** A ConfigMap, Secret or key that the container needs is not there. */
export const createContainerConfigError: PodFault = {
  about: 'pod',
  name: 'CreateContainerConfigError',
  showsAs: 'A container waits with CreateContainerConfigError; the message names what is missing.',
  advice: 'A restart cannot help: the ConfigMap, Secret or key that is named must exist.',
  helps: ['deleteStuckPod', 'rollback'],
  never: [
    ...['evictPod', 'deletePod', 'rolloutRestart', 'scale', 'raiseHpaMax', 'raiseMemoryLimit'],
    ...['cordonNode', 'uncordonNode', 'drainNode'],
  ],
  // What is applied together does not arrive in order.
  toleranceMs: 60_000,
  shows: (question) =>
    firstContainer(question, ({ state }) =>
      state?.kind === 'waiting' && state.reason === 'CreateContainerConfigError'
        ? `waits with CreateContainerConfigError${state.message === '' ? '' : ` (${state.message})`}`
        : undefined,
    ),
};
