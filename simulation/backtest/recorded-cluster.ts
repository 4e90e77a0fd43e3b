import { activityInfo, heartbeat, sleep } from '@temporalio/activity';
import type { Health, RemediateInput, RemediateResult, WaitForHealthyInput } from '../../activities/contract.ts';
import { type Later, laterObservation } from '../../domain/analysis/backtest/recorded-observation.ts';
import type { Assessment } from '../../domain/run/assessment.ts';
import { type ErrorCode, errors, MendflowError } from '../../domain/run/errors.ts';
import type { StepRecord } from '../../domain/run/outcome.ts';
import type { RunRecord } from '../../domain/run/record.ts';
import { workloadKey } from '../../domain/target/target.ts';
import type { Observations } from '../play-runs.ts';

/** A recorded run that is played again, with what its first look finds under the policies. */
export interface RecordedRun {
  record: RunRecord;
  first: Assessment;
  /** Run id of its first execution in the play. */
  runId?: string;
  /** Tokens of the steps that it took in the play, oldest first, with what came of the same step then. */
  taken: Map<string, { action: string; then?: StepRecord }>;
}

/** Shorter than the heartbeat timeout of the wait. */
const beatMs = 5_000;

/**
 * The cluster as the records tell it: the same look, and the same result of the same step. A step that was not taken then
 * heals. `runOf` finds the run by its workflow id.
 */
export function recordedCluster(runOf: (workflowId: string) => RecordedRun, now: () => number): Observations {
  const asking = () => runOf(activityInfo().workflowExecution?.workflowId ?? '');
  const cured = new Set<string>();
  return {
    async verify({ previous }) {
      const isCured = previous !== undefined && cured.has(workloadKey(previous));
      const nowMs = now();
      const verifiedAt = new Date(nowMs).toISOString();
      return { ...look(asking(), { isFresh: previous === undefined, nowMs, isCured }), verifiedAt };
    },
    remediate: async (input) => remediate(asking(), input),
    undo: async ({ step }) => ({ summary: `${step.action} taken back`, changed: true }),
    async waitForHealthy(input) {
      const { taken } = asking();
      const health = await waitForHealthy(asking(), input);
      if ([...taken.values()].at(-1)?.then === undefined) cured.add(workloadKey(input.target));
      return health;
    },
  };
}

/** What comes of an alert after its run has ended is the record of another run. */
const recordedApart: Assessment = {
  ...{ kind: 'notActionable', reason: 'faultGone', detail: 'what came after the recorded run', verifiedAt: '' },
};

function look(run: RecordedRun, { isFresh, ...later }: Later & { isFresh: boolean }): Assessment {
  const { runId } = activityInfo().workflowExecution ?? {};
  if (run.runId === undefined && runId !== undefined) run.runId = runId;
  if (isFresh && runId !== run.runId) return recordedApart;
  return laterObservation(run.first, run.record, later);
}

function remediate({ record, taken }: RecordedRun, { step, token, dryRun }: RemediateInput): RemediateResult {
  const { action } = step;
  const before = [...taken.values()].filter((other) => other.action === action);
  const index = taken.has(token) ? before.length - 1 : before.length;
  const then = record.steps.filter((other) => other.action === action && (other.result === 'dryRun') === dryRun)[index];
  if (then?.result === 'failed') throw failureThen(then);
  if (!dryRun) taken.set(token, { action, ...(then && { then }) });
  return { summary: then?.summary ?? `${action}, which was not done then`, changed: !dryRun };
}

/** A failed step keeps the code of its error as its detail. */
function failureThen({ action, summary, detail = '' }: StepRecord): MendflowError {
  const code = detail in errors ? (detail as ErrorCode) : 'INTERNAL';
  return new MendflowError(code, summary.replace(`${action}: `, ''));
}

async function waitForHealthy({ record, taken }: RecordedRun, input: WaitForHealthyInput): Promise<Health> {
  const { then } = [...taken.values()].at(-1) ?? {};
  const healthyMs = then === undefined ? undefined : record.segments.actedToHealthyMs;
  const isUnhealthy = then?.result === 'unhealthy';
  let leftMs = isUnhealthy ? input.withinMs : Math.min(healthyMs ?? input.stableForMs, input.withinMs);
  for (; leftMs > 0; leftMs -= beatMs) {
    heartbeat();
    await sleep(Math.min(beatMs, leftMs));
  }
  const detail = then?.detail ?? `as ${then === undefined ? 'assumed' : 'then'}`;
  return isUnhealthy ? { kind: 'unhealthy', detail, evidence: [] } : { kind: 'healthy', detail };
}
