import { createHmac, timingSafeEqual } from 'node:crypto';
import type { Client } from '@temporalio/client';
import { defaultPayloadConverter, type Payload } from '@temporalio/common';
import { type SearchAttributeName, workflowTypes } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { call } from '../../temporal/call.ts';
import type { RunFilter, RunSummary, RunsPort } from '../ports.ts';

type Page = Awaited<ReturnType<RunsPort['list']>>;
type Listed = Awaited<ReturnType<Client['workflowService']['listWorkflowExecutions']>>['executions'][number];

const deadlineMs = 4_000;
const keptForMs = 1_000;
const keptPages = 200;
const signatureBytes = 16;
const statuses = [
  'unknown',
  'running',
  'completed',
  'failed',
  'cancelled',
  'terminated',
  'continued_as_new',
  'timed_out',
];

/**
 * Lists runs; each page is kept for a second, because Temporal answers only a few listings a second. `secret` signs the
 * cursors; processes that share it take each other's.
 */
export function createRunList(client: Client, now: () => number, secret: string): RunsPort['list'] {
  const kept = new Map<string, { atMs: number; page: Promise<Page> }>();
  return (filter) => {
    for (const [key, { atMs }] of kept) {
      if (now() - atMs > keptForMs || kept.size > keptPages) kept.delete(key);
    }
    const key = JSON.stringify(filter);
    const found = kept.get(key);
    if (found !== undefined) return found.page;
    const page = fetchPage(client, filter, secret);
    kept.set(key, { atMs: now(), page });
    return page;
  };
}

async function fetchPage(client: Client, filter: RunFilter, secret: string): Promise<Page> {
  const { executions, nextPageToken } = await call(client, deadlineMs, 'list of runs', () =>
    client.workflowService.listWorkflowExecutions({
      namespace: client.options.namespace,
      pageSize: filter.limit,
      query: runQuery(filter),
      ...(filter.cursor === undefined ? {} : { nextPageToken: tokenOf(filter.cursor, filter, secret) }),
    }),
  );
  const runs = executions.map(summaryOf);
  return nextPageToken.length === 0 ? { runs } : { runs, nextCursor: cursorOf(nextPageToken, filter, secret) };
}

/**
 * A cursor is Temporal's token behind a signature over it and its list: Temporal takes a strange token for a fault of its
 * own, which would be answered 503, and one of another list for one of this.
 */
function cursorOf(token: Uint8Array, filter: RunFilter, secret: string): string {
  return Buffer.concat([signatureOf(token, filter, secret), token]).toString('base64url');
}

function tokenOf(cursor: string, filter: RunFilter, secret: string): Buffer {
  const bytes = Buffer.from(cursor, 'base64url');
  const token = bytes.subarray(signatureBytes);
  const signature = bytes.subarray(0, signatureBytes);
  if (signature.length === signatureBytes && timingSafeEqual(signature, signatureOf(token, filter, secret)))
    return token;
  throw new MendflowError('INVALID_REQUEST', 'querystring.cursor: is not a nextCursor of this list');
}

/** `since` may be said as "an hour ago", which moves from page to page. */
function signatureOf(token: Uint8Array, { since: _, limit: __, cursor: ___, ...filter }: RunFilter, secret: string) {
  const given = Object.entries(filter).filter(([, value]) => value !== undefined);
  return createHmac('sha256', secret)
    .update(`cursor ${JSON.stringify(given.sort())} `)
    .update(token)
    .digest()
    .subarray(0, signatureBytes);
}

function summaryOf({ execution, status, startTime, closeTime, searchAttributes }: Listed): RunSummary {
  const closedAt = timeOf(closeTime);
  return {
    id: execution?.workflowId ?? '',
    runId: execution?.runId ?? '',
    status: statuses[status ?? 0] ?? 'unknown',
    startedAt: timeOf(startTime) ?? '',
    ...(closedAt === undefined ? {} : { closedAt }),
    ...labelsOf((name) => {
      const payload: Payload | undefined = searchAttributes?.indexedFields?.[name];
      return payload === undefined ? undefined : defaultPayloadConverter.fromPayload(payload);
    }),
  };
}

const attributeOf = {
  alertname: 'AlertName',
  cluster: 'Cluster',
  namespace: 'KubeNamespace',
  workload: 'Workload',
  policy: 'Policy',
  phase: 'Phase',
  outcome: 'Outcome',
  reason: 'Reason',
} as const;

/** The search attributes of a run under their names in the API; what is not set, or not text, is left out. */
export function labelsOf(read: (attribute: string) => unknown): Partial<Record<keyof typeof attributeOf, string>> {
  return Object.fromEntries(
    Object.entries(attributeOf).flatMap(([name, attribute]) => {
      const value = read(attribute);
      return typeof value === 'string' ? [[name, value]] : [];
    }),
  );
}

function timeOf(time: { seconds?: unknown; nanos?: number | null } | null | undefined): string | undefined {
  if (time == null) return undefined;
  return new Date(Number(String(time.seconds ?? 0)) * 1_000 + (time.nanos ?? 0) / 1e6).toISOString();
}

const attributes = {
  phase: 'Phase',
  outcome: 'Outcome',
  namespace: 'KubeNamespace',
  workload: 'Workload',
  policy: 'Policy',
} as const satisfies Partial<Record<keyof RunFilter, SearchAttributeName>>;

/** A run that only cut its history is listed once, as it goes on. */
const isEpisode = "(ExecutionStatus != 'ContinuedAsNew' OR Phase = 'Closed')";

/** The visibility query of a filter: every value quoted, so that none can add a condition. */
export function runQuery(filter: RunFilter): string {
  const conditions = Object.entries(attributes).flatMap(([field, attribute]) => {
    const value = filter[field as keyof typeof attributes];
    return value === undefined ? [] : [`${attribute} = ${quoted(value)}`];
  });
  if (filter.since !== undefined) conditions.push(`StartTime >= ${quoted(filter.since)}`);
  return [`WorkflowType = ${quoted(workflowTypes.remediation)}`, isEpisode, ...conditions].join(' AND ');
}

const quoted = (value: string) => `'${value.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
