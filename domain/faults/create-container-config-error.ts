import { type FaultClass, firstContainer } from './fault-class.ts';

/** A ConfigMap, Secret or key that the container needs is not there. */
export const createContainerConfigError: FaultClass = {
  reason: 'CreateContainerConfigError',
  advice: 'A restart cannot help: the ConfigMap, Secret or key that is named must exist.',
  shows: (question) =>
    firstContainer(question, ({ state }) =>
      state?.kind === 'waiting' && state.reason === 'CreateContainerConfigError'
        ? `waits with CreateContainerConfigError${state.message === '' ? '' : ` (${state.message})`}`
        : undefined,
    ),
};
