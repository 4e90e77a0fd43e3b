import { targetLabel } from '../target.ts';
import type { Guard } from './guard.ts';

/** Denies a step that takes a pod away while too few other pods of its workload are ready (G11). */
export const minReady: Guard = ({ request }) => {
  const { step, settings, target } = request;
  if (!step.takesPodAway || target.facts.otherReadyPods >= settings.minReady) return undefined;
  return {
    kind: 'deny',
    reason: 'tooFewReady',
    detail: `${target.facts.otherReadyPods} other pods beside ${targetLabel(target)} are ready, ${settings.minReady} must be`,
  };
};
