import { z } from 'zod';
import { type Amount, amount, amountInWords } from '../amount.ts';
import { defineStatusCheck, fails, holds } from './check-kind.ts';
import { outdated, workloadLabel } from './workload-condition.ts';

/** So many of the workload's pods do not serve. */
export const unavailablePods = defineStatusCheck({
  name: 'unavailablePods',
  summary:
    'So many of the pods that the workload wants are not available. guards.maxUnhealthy still applies: above it a person is asked.',
  about: 'workload',
  params: z.strictObject({
    atLeast: amount({ min: 1 }).describe('Pods, as a number, or as a share of those that the workload wants.'),
  }),
  words: ({ atLeast }) => `at least ${amountInWords(atLeast)} of the workload’s pods are not available`,
  judge({ atLeast }, workload) {
    const { desired, counts } = workload;
    const missing = Math.max(0, desired - counts.available);
    const words = `${workloadLabel(workload)} has ${counts.available} of ${desired} pods available`;
    return outdated(workload) ?? (reaches(atLeast, missing, desired) ? holds(words) : fails(words));
  },
});

/** None is never enough, however small the share. */
function reaches(wanted: Amount, part: number, total: number): boolean {
  if (part === 0) return false;
  return 'count' in wanted ? part >= wanted.count : part * 100 >= wanted.percent * total;
}
