import type { Reason } from '../run/reasons.ts';

/** What a run does after a denial: it tries the next step, ends without a word, or asks a person. */
export type AfterDenial = 'nextStep' | 'endQuietly' | 'askPerson';

/** Denials of one step alone: a stronger step may be granted. */
const ofOneStep: readonly Reason[] = ['tooFewReady', 'actionIneffective', 'tooManyUnhealthy', 'triedBefore'];

/** Denials that are nobody's emergency. */
const quiet: readonly Reason[] = [
  'paused',
  'systemNamespace',
  'namespaceNotAllowed',
  'optedOut',
  'notOwned',
  'mirrorPod',
];

/** What the reason of a denial means for the run. A run that has acted already asks a person instead of ending quietly. */
export function afterDenial(reason: Reason): AfterDenial {
  if (ofOneStep.includes(reason)) return 'nextStep';
  return quiet.includes(reason) ? 'endQuietly' : 'askPerson';
}
