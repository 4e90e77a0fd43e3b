import type { ClusterActivities } from '../activities/contract.ts';
import type { Assessment } from '../domain/run/assessment.ts';
import type { Policies } from './policy-source.ts';

/** The same activities; policies learn which runs they drive and which acts there were under them. */
export function countingPolicies(activities: ClusterActivities, policies: Pick<Policies, 'count'>): ClusterActivities {
  return {
    ...activities,
    async verify(input) {
      const assessment = await activities.verify(input);
      const policy = policyOf(assessment);
      if (policy !== undefined && input.previous === undefined) policies.count(policy, 'matched');
      return assessment;
    },
    async remediate(input) {
      const result = await activities.remediate(input);
      if (result.changed) policies.count(input.policy, 'acted');
      return result;
    },
  };
}

const policyOf = (assessment: Assessment): string | undefined =>
  assessment.kind === 'notActionable' ? assessment.policy : assessment.plan.policy;
