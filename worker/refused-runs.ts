import { type Client, type WorkflowExecutionDescription, WorkflowNotFoundError } from '@temporalio/client';
import { defaultPayloadConverter, defineSearchAttributeKey, type SearchAttributePair } from '@temporalio/common';
import type { FindRefused, RunRef } from '../activities/contract.ts';
import type { RefusedRuns } from '../activities/sweep.ts';
import type { Alert } from '../domain/alert/alert.ts';
import { hubTaskQueue, signals, sweepSignals, sweepWorkflowId, workflowTypes } from '../domain/run/contract.ts';
import { firstPhase, passingReasons, refusedOutcomes, type Standing, standingOf } from '../domain/run/way-back.ts';
import { reach } from '../temporal/call.ts';

const deadlineMs = 10_000;

/** The refused runs of this Temporal namespace, found by their search attributes. */
export function refusedRuns(client: Client): RefusedRuns {
  const ask = <T>(what: string, work: () => Promise<T>) => reach(client, deadlineMs, what, work);
  return {
    find: (wanted, pageSize) => ask('the list of refused runs', () => find(client, wanted, pageSize)),
    startAnew: (run) => ask(`start of ${run.workflowId}`, () => startAnew(client, run)),
    tellToLook: (run) => ask(`signal to ${run.workflowId}`, () => tellToLook(client, run)),
    standing: (run) => ask(`state of ${run.workflowId}`, () => standing(client, run)),
    startSweep: (sweep) => ask(`start of the sweep of ${sweep.cluster}`, () => startSweep(client, sweep)),
  };
}

async function find(client: Client, wanted: FindRefused, pageSize: number) {
  const answer = await client.workflowService.listWorkflowExecutions({
    namespace: client.options.namespace,
    query: queryFor(wanted),
    pageSize,
    ...(wanted.after === undefined ? {} : { nextPageToken: Buffer.from(wanted.after, 'base64') }),
  });
  const runs = answer.executions.map(({ execution }) => ({
    workflowId: execution?.workflowId ?? '',
    runId: execution?.runId ?? '',
  }));
  const token = answer.nextPageToken;
  return { runs, ...(token?.length ? { next: Buffer.from(token).toString('base64') } : {}) };
}

/** A cluster's name is a name of the configuration or of the intake: it holds no quotes. */
function queryFor({ cluster, kind, sinceMs, untilMs }: FindRefused): string {
  const of = `WorkflowType = '${workflowTypes.remediation}' AND Cluster = '${cluster}'`;
  const among = (values: readonly string[]) => `IN (${values.map((value) => `'${value}'`).join(', ')})`;
  if (kind === 'escalated') {
    return `${of} AND ExecutionStatus = 'Running' AND Phase = 'Escalated' AND Reason ${among(passingReasons)}`;
  }
  const closed = `CloseTime BETWEEN '${timeOf(sinceMs)}' AND '${timeOf(untilMs)}'`;
  const refused = `Outcome ${among(refusedOutcomes)} AND Reason ${among(passingReasons)}`;
  return `${of} AND ExecutionStatus = 'Completed' AND ${refused} AND ${closed}`;
}

const timeOf = (ms: number) => new Date(ms).toISOString();

async function startAnew(client: Client, { workflowId, runId }: RunRef): Promise<RunRef | undefined> {
  const latest = await describe(client, workflowId);
  const alert = latest?.runId === runId ? await alertOf(client, { workflowId, runId }) : undefined;
  if (latest === undefined || alert === undefined) return undefined;
  const summary = await latest.staticSummary();
  try {
    const handle = await client.workflow.start(workflowTypes.remediation, {
      workflowId,
      taskQueue: hubTaskQueue,
      args: [{ alert: { ...alert, receivedAt: timeOf(Date.now()) } }],
      workflowIdConflictPolicy: 'FAIL',
      workflowIdReusePolicy: 'ALLOW_DUPLICATE',
      typedSearchAttributes: attributesAgain(latest),
      ...(summary === undefined ? {} : { staticSummary: summary }),
    });
    return { workflowId, runId: handle.firstExecutionRunId };
  } catch (error) {
    if ((error as Error).name === 'WorkflowExecutionAlreadyStartedError') return undefined;
    throw error;
  }
}

/** What the intake said of the alert; how the run before ended is not said of the new one. */
function attributesAgain({ typedSearchAttributes: known }: WorkflowExecutionDescription): SearchAttributePair[] {
  const kept = ['AlertName', 'Cluster', 'KubeNamespace'].flatMap((name) => {
    const key = defineSearchAttributeKey(name, 'KEYWORD');
    const value = known.get(key);
    return value === undefined ? [] : [{ key, value }];
  });
  return [...kept, { key: defineSearchAttributeKey('Phase', 'KEYWORD'), value: firstPhase }];
}

/** The alert that the run was started with, out of the first event of its history. */
async function alertOf(client: Client, execution: RunRef): Promise<Alert | undefined> {
  const page = { namespace: client.options.namespace, execution, maximumPageSize: 1 };
  const { history } = await client.workflowService.getWorkflowExecutionHistory(page);
  const payload = history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads?.[0];
  return payload == null ? undefined : defaultPayloadConverter.fromPayload<{ alert?: Alert }>(payload).alert;
}

async function tellToLook(client: Client, { workflowId, runId }: RunRef): Promise<void> {
  try {
    await client.workflow.getHandle(workflowId, runId).signal(signals.lookAgain);
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

async function standing(client: Client, { workflowId, runId }: RunRef): Promise<Standing> {
  const run = await describe(client, workflowId, runId);
  const attribute = (name: string) => run?.typedSearchAttributes.get(defineSearchAttributeKey(name, 'KEYWORD'));
  const [phase, outcome, reason] = [attribute('Phase'), attribute('Outcome'), attribute('Reason')];
  return standingOf({ status: statuses[run?.status.name ?? ''] ?? 'stopped', phase, outcome, reason });
}

/** Statuses of Temporal that are told apart. */
const statuses: Record<string, 'running' | 'completed'> = { RUNNING: 'running', COMPLETED: 'completed' };

/** What Temporal knows of the run, or of the latest of that id; undefined when it is deleted. */
async function describe(client: Client, workflowId: string, runId?: string) {
  try {
    return await client.workflow.getHandle(workflowId, runId).describe();
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return undefined;
    throw error;
  }
}

async function startSweep(
  client: Client,
  { cluster, sinceMs, perSecond }: { cluster: string; sinceMs: number; perSecond: number },
): Promise<void> {
  await client.workflow.signalWithStart(workflowTypes.sweep, {
    workflowId: sweepWorkflowId(cluster),
    taskQueue: hubTaskQueue,
    args: [{ cluster, sinceMs, perSecond }],
    signal: sweepSignals.refused,
    signalArgs: [{ atMs: sinceMs }],
    workflowIdConflictPolicy: 'USE_EXISTING',
    staticSummary: `Looks again at what was refused in cluster ${cluster}`,
  });
}
