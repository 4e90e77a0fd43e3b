import { workloadKey } from '../../target/target.ts';
import { defineRule } from './rule.ts';

/** Nothing is done, and nobody asked, behind the back of the person who is asked about the workload. */
export const conversation = defineRule({
  name: 'conversation',
  statements: ['G19'],
  summary:
    'Denies to every other run, while one run asks a person about the workload: all steps of the same policy, the step at which the asking run stopped, and the steps that it took in vain.',
  reasons: ['withPerson', 'triedBefore'],
  settings: [],
  judge: ({ state, request }) => {
    const { workflowId, target, policy, step } = request;
    const workload = workloadKey(target);
    const open = state.conversations.find((other) => other.workload === workload && other.speaker !== workflowId);
    if (open === undefined) return undefined;
    const { speaker } = open;
    if (open.policy === policy || open.stoppedAt === step.action) {
      const detail = `${speaker} asks a person about ${workload}`;
      return { kind: 'deny', reason: 'withPerson', detail, speaker };
    }
    if (!open.tried.includes(step.action)) return undefined;
    return { kind: 'deny', reason: 'triedBefore', detail: `${speaker} took ${step.action}, and it did not help` };
  },
});
