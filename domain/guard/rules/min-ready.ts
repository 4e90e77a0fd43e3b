import { targetLabel } from '../../target/target.ts';
import { defineRule } from './rule.ts';

/** Nothing is taken away from a workload that cannot spare it. */
export const minReady = defineRule({
  name: 'minReady',
  statements: ['G11'],
  summary: 'Denies a step that takes a pod away while too few other pods of its workload are ready.',
  reasons: ['tooFewReady'],
  settings: ['guards.minReady'],
  judge: ({ request }) => {
    const { step, settings, target } = request;
    if (!step.takesPodAway || target.facts.otherReadyPods >= settings.minReady) return undefined;
    return {
      kind: 'deny',
      reason: 'tooFewReady',
      detail: `besides ${targetLabel(target)}, ${target.facts.otherReadyPods} pods are ready; at least ${settings.minReady} must be`,
    };
  },
});
