import type { FaultClass } from '../../../faults/fault-class.ts';
import { verifiedClass } from '../../../faults/verified-class.ts';
import { replacesPods } from '../ladder.ts';
import { defineLintRule, type LintFault } from '../rule.ts';

const fix = 'Add a step that changes what runs, or let the policy only tell people.';

/** Steps that never cure the fault that is verified; a ladder of restarts is one finding. */
export const restartCannotHelp = defineLintRule({
  code: 'restartCannotHelp',
  severity: 'warning',
  summary:
    'A step never cures the fault that is verified, such as a restart for a fault that comes back with each fresh pod; see docs/reference/faults.md.',
  find: ({ spec: { verify, steps } }) => {
    const verified = verify.flatMap((check) => verifiedClass(check) ?? []);
    const cureless = steps.map(({ action }) => verified.find(({ never }) => never.includes(action)));
    const [first] = cureless;
    if (first !== undefined && steps.every(replacesPods) && !cureless.includes(undefined)) {
      const message = `only restart pods, which does not cure ${first.name}: ${first.advice}`;
      return [{ path: ['spec', 'steps'], message, fix }];
    }
    return cureless.flatMap((fault, index) => (fault ? [useless(fault, steps[index]?.action ?? '', index)] : []));
  },
});

function useless(fault: FaultClass, action: string, index: number): LintFault {
  const others = fault.helps.length === 0 ? '' : ` What can help: ${fault.helps.join(', ')}.`;
  return {
    path: ['spec', 'steps', index],
    message: `${action} never cures ${fault.name}: ${fault.advice}`,
    fix: `Leave the step out.${others}`,
  };
}
