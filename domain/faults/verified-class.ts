import { statusesOf } from '../policy/checks/condition.ts';
import type { Check } from '../policy/checks/index.ts';
import type { FaultClass } from './fault-class.ts';
import { conditionFaults, podFaults } from './index.ts';

interface WantedCondition {
  type: string;
  status: string;
  reason?: string | undefined;
}

/** The failure class that a check verifies, or undefined where it verifies none that is known. */
export function verifiedClass(check: Check): FaultClass | undefined {
  if ('podCondition' in check) return podFaults.find(({ name }) => name === check.podCondition.reason);
  if ('nodeCondition' in check) return conditionFault(['node'], check.nodeCondition);
  if ('workloadCondition' in check) return conditionFault(['deployment', 'job'], check.workloadCondition);
  return undefined;
}

/** A check that leaves the reason open may mean the class, or something milder: then it verifies none. */
function conditionFault(about: readonly FaultClass['about'][], wanted: WantedCondition): FaultClass | undefined {
  return conditionFaults.find(
    (fault) =>
      about.includes(fault.about) &&
      statusesOf(wanted.status).every((wantedStatus) =>
        fault.conditions.some(
          ({ type, status, reason }) =>
            type === wanted.type && status === wantedStatus && (reason === undefined || reason === wanted.reason),
        ),
      ),
  );
}
