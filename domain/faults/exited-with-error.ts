import { type FaultClass, firstContainer, isRecent, terminations } from './fault-class.ts';

/** A container ended with an exit code other than 0; memory kills are their own class. */
export const exitedWithError: FaultClass = {
  reason: 'Error',
  advice: 'A fresh pod helps against a state gone bad; the same exit code at every start needs a person.',
  shows: (question) =>
    firstContainer(question, (container) => {
      const end = terminations(container).find(
        ({ reason, exitCode, finishedAtMs }) =>
          exitCode !== 0 && reason !== 'OOMKilled' && isRecent(finishedAtMs, question),
      );
      return end && `ended with exit code ${end.exitCode}`;
    }),
};
