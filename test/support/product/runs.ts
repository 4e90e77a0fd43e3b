import type { Client } from '@temporalio/client';
import type { RunView } from '../../../api/ports.ts';
import { type HumanMessageName, queries } from '../../../domain/run/contract.ts';
import type { RemediationReport } from '../../../domain/run/outcome.ts';
import type { RunStatus } from '../../../domain/run/status.ts';
import { asAda } from '../api.ts';
import { until } from './until.ts';

interface Answer {
  status: number;
  body: Record<string, unknown>;
}

const pathOf = (id: string) => `/v1/remediations/${encodeURIComponent(id)}`;

/** Asks the api as a person. */
export async function ask(url: string, path: string, body?: object): Promise<Answer> {
  const answer = await fetch(`${url}${path}`, {
    headers: { ...asAda, ...(body && { 'content-type': 'application/json' }) },
    ...(body && { method: 'POST', body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(10_000),
  });
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> };
}

/** Tells a run something through the api. */
export function tell(url: string, id: string, verb: HumanMessageName | 'take-over', body: object): Promise<Answer> {
  return ask(url, `${pathOf(id)}/${verb}`, body);
}

/** The run's own status, once the condition holds on it. */
export async function liveWhen(url: string, id: string, holds: (live: RunStatus) => boolean): Promise<RunStatus> {
  let last: RunStatus | undefined;
  const isThere = async () => {
    last = (await ask(url, pathOf(id))).body.live as RunView['live'];
    return last !== undefined && holds(last);
  };
  await until(`${id} comes to where it is wanted`, isThere, 60_000).catch((error: Error) => {
    throw new Error(`${error.message}; it is ${last?.phase}, ${last?.timeline.at(-1)?.what}`);
  });
  return last as RunStatus;
}

/** The record of the id's latest run, once that has ended. Rejects when it does not end in time. */
export async function reportOf(temporal: Client, id: string, withinMs = 60_000): Promise<RemediationReport> {
  const handle = temporal.workflow.getHandle(id);
  const hasEnded = async () => (await handle.describe()).status.name !== 'RUNNING';
  await until(`${id} ends`, hasEnded, withinMs).catch(async (error: Error) => {
    const { phase, timeline } = await handle.query<RunStatus>(queries.status);
    throw new Error(`${error.message}; it is ${phase}: ${timeline.map(({ what }) => what).join('; ')}`);
  });
  return (await handle.result()) as RemediationReport;
}

/** How the id's latest run ended; for any end but `remediated` the whole story follows, so that a test says what happened. */
export async function endOf(temporal: Client, id: string, withinMs?: number): Promise<string> {
  const { outcome, timeline } = await reportOf(temporal, id, withinMs);
  return outcome === 'remediated' ? outcome : `${outcome}: ${timeline.map(({ what }) => what).join('; ')}`;
}

/** How many runs the id has had, as visibility counts them once it counts the latest as ended. */
export async function runsOf(temporal: Client, id: string): Promise<number> {
  const query = `WorkflowId = '${id}'`;
  const isSettled = async () =>
    (await temporal.workflow.count(`${query} AND ExecutionStatus = 'Running'`)).count === 0 &&
    (await temporal.workflow.count(query)).count > 0;
  await until(`visibility knows that ${id} has ended`, isSettled);
  return (await temporal.workflow.count(query)).count;
}
