import type { Alert } from '../domain/alert/alert.ts';
import { queries } from '../domain/run/contract.ts';
import type { RemediationReport } from '../domain/run/outcome.ts';
import type { RunStatus } from '../domain/run/status.ts';
import type { RemediationInput } from '../workflows/state.ts';
import type { Execution } from './temporal/execution.ts';

/** What a run was started with, or continued with. */
export const inputOf = (run: Pick<Execution, 'args'>) => run.args[0] as RemediationInput;

/** The run id of the first execution of an episode: a run that cuts its history keeps it. */
export const episodeOf = (run: Pick<Execution, 'args' | 'runId'>): string =>
  (run.args[0] as Partial<RemediationInput> | undefined)?.carried?.runId ?? run.runId;

/** One episode of an alert. */
export interface RunView {
  workflowId: string;
  runId: string;
  /** As it was when the run began. */
  alert: Alert;
  startedAtMs: number;
  closedAtMs?: number;
  status: RunStatus;
  /** Absent while it runs. */
  report?: RemediationReport;
}

/** The episode as it stands; its executions are given in their order. */
export function viewRun(runId: string, executions: readonly Execution[], all: readonly Execution[]): RunView {
  const [first, last] = [executions[0], executions.at(-1)];
  if (first === undefined || last === undefined) throw new Error('an episode has no execution');
  const { workflowId, closedAtMs } = last;
  const report = reportOf(last, all);
  return {
    workflowId,
    runId,
    alert: inputOf(first).alert,
    startedAtMs: first.startedAtMs,
    status: last.instance.answer(queries.status, []) as RunStatus,
    ...(closedAtMs === undefined ? {} : { closedAtMs }),
    ...(report === undefined ? {} : { report }),
  };
}

/** An episode that handed on to the next one left its report there. */
function reportOf(run: Execution, all: readonly Execution[]): RemediationReport | undefined {
  if (run.status === 'completed') return run.result as RemediationReport;
  if (run.status !== 'continuedAsNew') return undefined;
  const next = all.slice(all.indexOf(run) + 1).find(({ workflowId }) => workflowId === run.workflowId);
  return next && inputOf(next).before;
}
