import { workloadKey } from '../../target/target.ts';
import { actsOn } from '../state.ts';
import { defineRule } from './rule.ts';

/** What did not help one pod of a workload a short time ago does not help the next one. */
const triedMs = 3_600_000;

/** A remedy that never helps only makes things worse: a crash that comes back at once resets the kubelet's back-off. */
export const unhelpful = defineRule({
  name: 'unhelpful',
  statements: ['G17'],
  summary:
    'Denies a step that never helps against what the pod shows, or that another run took in vain against the same failure of the workload in the last hour; the next step of the ladder is tried.',
  reasons: ['actionIneffective'],
  settings: [],
  judge: ({ state, request, nowMs }) => {
    const { surroundings, step, target, failure, runId } = request;
    const found = surroundings.unhelpful?.find(({ actions }) => actions.includes(step.action));
    if (found !== undefined) {
      return { kind: 'deny', reason: 'actionIneffective', detail: `${step.action} does not help: ${found.why}` };
    }
    const tried = actsOn(state, workloadKey(target)).findLast(
      (act) =>
        act.action === step.action &&
        act.failure === failure &&
        act.result === 'unhealthy' &&
        // A person may tell the same run to try again.
        act.runId !== runId &&
        act.atMs > nowMs - triedMs,
    );
    if (tried === undefined) return undefined;
    const at = new Date(tried.atMs).toISOString();
    return {
      kind: 'deny',
      reason: 'actionIneffective',
      detail: `${step.action} did not help against “${failure}” at ${at}`,
    };
  },
});
