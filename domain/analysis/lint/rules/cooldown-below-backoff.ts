import { formatDuration } from '../../../text/duration.ts';
import { replacesPods } from '../ladder.ts';
import { defineLintRule } from '../rule.ts';

/** The kubelet's longest back-off between two starts of a crashing container. */
const longestBackoffMs = 300_000;

/** Restarts that come faster than the kubelet's own. */
export const cooldownBelowBackoff = defineLintRule({
  code: 'cooldownBelowBackoff',
  severity: 'error',
  summary:
    'A step replaces pods in CrashLoopBackOff with a cooldown below 5m: a fresh pod starts the kubelet’s back-off anew, so the pod would restart more often than without us.',
  find: ({ spec }) => {
    const isCrashLoop = spec.verify.some(
      (check) => 'podCondition' in check && check.podCondition.reason === 'CrashLoopBackOff',
    );
    const step = spec.steps.find(replacesPods);
    if (!isCrashLoop || step === undefined || spec.guards.cooldown >= longestBackoffMs) return [];
    return [
      {
        path: ['spec', 'guards', 'cooldown'],
        message: `is ${formatDuration(spec.guards.cooldown)}: ${step.action} starts the kubelet’s back-off of up to 5m anew, so the pod restarts more often than by itself`,
        fix: 'Write 5m or more; 10m is a good beginning.',
      },
    ];
  },
});
