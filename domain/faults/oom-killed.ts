import { type FaultClass, firstContainer, isRecent, terminations } from './fault-class.ts';

/** The kernel killed a container for its memory. Exit code 137 alone is any SIGKILL and proves nothing. */
export const oomKilled: FaultClass = {
  reason: 'OOMKilled',
  advice: 'A fresh pod starts with empty memory; a limit that is too small kills it again.',
  shows: (question) =>
    firstContainer(question, (container) =>
      terminations(container).some((end) => end.reason === 'OOMKilled' && isRecent(end.finishedAtMs, question))
        ? 'was OOMKilled'
        : undefined,
    ),
};
