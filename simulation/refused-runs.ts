import type { RunRef } from '../activities/contract.ts';
import type { RefusedRuns } from '../activities/sweep.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { hubTaskQueue, signals, sweepSignals, sweepWorkflowId, workflowTypes } from '../domain/run/contract.ts';
import { passesByItself, type Standing, standingOf } from '../domain/run/way-back.ts';
import type { Execution } from './temporal/execution.ts';
import type { Server } from './temporal/server.ts';

/** The refused runs of a simulated Temporal, as the worker finds them on the real one. */
export function refusedRuns(server: Server): RefusedRuns {
  const runOf = ({ workflowId, runId }: RunRef) =>
    server.executions.find((run) => run.workflowId === workflowId && run.runId === runId);
  return {
    async find({ kind, sinceMs, untilMs }, pageSize) {
      const runs = server.executions.filter(({ type }) => type === workflowTypes.remediation);
      const isWanted = kind === 'escalated' ? isOpenEscalation : (run: Execution) => isRefused(run, sinceMs, untilMs);
      const found = runs.filter((run) => isWanted(run) && server.find(run.workflowId) === run);
      return { runs: found.slice(0, pageSize).map(({ workflowId, runId }) => ({ workflowId, runId })) };
    },
    async startAnew({ workflowId, runId }) {
      const run = runOf({ workflowId, runId });
      if (run === undefined || server.find(workflowId) !== run || run.status === 'running') return undefined;
      const { alert } = run.args[0] as { alert: Alert };
      const receivedAt = new Date(server.clock.nowMs).toISOString();
      const args = [{ alert: { ...alert, receivedAt } }];
      const next = server.startNow(workflowTypes.remediation, { workflowId, taskQueue: hubTaskQueue, args });
      return { workflowId, runId: next.runId };
    },
    async tellToLook({ workflowId }) {
      await server.signal(workflowId, signals.lookAgain).catch(() => undefined);
    },
    async standing(run) {
      return standing(runOf(run));
    },
    async startSweep({ cluster, sinceMs, perSecond }) {
      const workflowId = sweepWorkflowId(cluster);
      const options = { workflowId, taskQueue: hubTaskQueue, args: [{ cluster, sinceMs, perSecond }] };
      server.signalWithStart(workflowTypes.sweep, options, { name: sweepSignals.refused, args: [{ atMs: sinceMs }] });
    },
  };
}

function isRefused(run: Execution, sinceMs: number, untilMs: number): boolean {
  const { closedAtMs = Number.POSITIVE_INFINITY } = run;
  return standing(run) === 'refused' && closedAtMs >= sinceMs && closedAtMs <= untilMs;
}

const isOpenEscalation = ({ status, attributes }: Execution) =>
  status === 'running' && attributes.Phase === 'Escalated' && passesByItself(attributes.Reason);

function standing(run: Execution | undefined): Standing {
  const { Phase: phase, Outcome: outcome, Reason: reason } = run?.attributes ?? {};
  const status = run?.status === 'running' || run?.status === 'completed' ? run.status : 'stopped';
  return standingOf({ status, phase, outcome, reason });
}
