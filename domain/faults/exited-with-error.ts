import type { PodFault } from './fault-class.ts';
import { firstContainer, isRecent, terminations } from './pod-fault.ts';

/** A container ended with an exit code other than 0; memory kills are their own class. */
export const exitedWithError: PodFault = {
  about: 'pod',
  name: 'Error',
  showsAs: 'The state or last state of a container has an exit code other than 0, and is no memory kill.',
  advice: 'A fresh pod helps against a state gone bad; the same exit code at every start needs a person.',
  helps: ['evictPod', 'rolloutRestart', 'rollback'],
  never: ['cordonNode', 'uncordonNode'],
  // No tolerance: one crash that the kubelet has repaired already is no news; a loop of them is its own class.
  shows: (question) =>
    firstContainer(question, (container) => {
      const end = terminations(container).find(
        ({ reason, exitCode, finishedAtMs }) =>
          exitCode !== 0 && reason !== 'OOMKilled' && isRecent(finishedAtMs, question),
      );
      return end && `ended with exit code ${end.exitCode}`;
    }),
};
