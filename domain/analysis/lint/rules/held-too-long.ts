import { cooldownMs } from '../../../guard/rules/cooldown.ts';
import type { Policy } from '../../../policy/policy.ts';
import { formatDuration } from '../../../text/duration.ts';
import { defineLintRule } from '../rule.ts';

/** A cooldown that outlasts the patience of the next step. */
export const heldTooLong = defineLintRule({
  code: 'heldTooLong',
  severity: 'warning',
  summary:
    'After a step that did not help, the cooldown runs longer than holdAtMost: the next step is not waited for and a person is asked.',
  find: ({ spec }) => {
    const late = spec.steps.findIndex((_, index) => index > 0 && waitsTooLong(spec, index));
    if (late === -1) return [];
    return [
      {
        path: ['spec', 'guards', 'holdAtMost'],
        message: `is ${formatDuration(spec.guards.holdAtMost)}, but ${spec.steps[late]?.action ?? 'the next step'} has to wait ${formatDuration(restOf(spec, late))} for the cooldown`,
        fix: `Write ${formatDuration(Math.ceil(restOf(spec, late) / 60_000) * 60_000)} or more, or a shorter cooldown.`,
      },
    ];
  },
});

type Spec = Policy['spec'];

/** What is left of the cooldown when the step before has used up its time; each act before it doubled the cooldown. */
function restOf({ guards, steps }: Spec, index: number): number {
  const acts = Array.from({ length: index }, (_, act) => act);
  return cooldownMs(acts, guards.cooldown) - (steps[index - 1]?.withinMs ?? 0);
}

const waitsTooLong = (spec: Spec, index: number) => restOf(spec, index) > spec.guards.holdAtMost;
