import { z } from 'zod';
import type { Workload } from '../../target/workload.ts';
import { defineStatusCheck, unproven } from './check-kind.ts';
import { conditionFields, conditionInWords, judgeCondition } from './condition.ts';

/** A condition of the workload itself. */
export const workloadCondition = defineStatusCheck({
  name: 'workloadCondition',
  summary:
    'The workload that owns the target shows this condition. Deployments, ReplicaSets and Jobs have conditions; for others write unavailablePods.',
  about: 'workload',
  params: z.strictObject({
    type: z
      .enum(['Available', 'Progressing', 'ReplicaFailure', 'Failed', 'Complete'])
      .describe('Which condition; Failed and Complete are a Job’s.'),
    ...conditionFields,
  }),
  words: (wanted) => `the workload’s ${conditionInWords(wanted)}`,
  judge: (wanted, workload) =>
    outdated(workload) ?? judgeCondition(wanted, workload.conditions, workloadLabel(workload)),
});

/** `Deployment shop/checkout`. */
export const workloadLabel = ({ ref }: Workload): string => `${ref.kind} ${ref.namespace}/${ref.name}`;

/** A status that does not speak of the workload as it is wanted now proves nothing. */
export function outdated(workload: Workload) {
  return workload.observedGeneration < workload.generation
    ? unproven(`the controller of ${workloadLabel(workload)} has not seen its latest change yet`)
    : undefined;
}
