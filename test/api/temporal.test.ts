import { describe, expect, it } from '@jest/globals';
import {
  type Client,
  ServiceError,
  WorkflowExecutionAlreadyStartedError,
  WorkflowFailedError,
  WorkflowNotFoundError,
} from '@temporalio/client';
import { ActivityFailure, NamespaceNotFoundError, TimeoutFailure } from '@temporalio/common';
import { ask } from '../../api/temporal/ask.ts';
import { createIntake } from '../../api/temporal/intake.ts';
import { runQuery } from '../../api/temporal/run-list.ts';
import { alertsOf } from '../../domain/alert/intake.ts';
import { call } from '../../temporal/call.ts';
import { anAlertItem } from '../support/api.ts';

const [alert] = alertsOf([anAlertItem()], { cluster: 'default', receivedAt: '2026-03-01T10:00:00Z' }).alerts;
if (alert === undefined) throw new Error('the alert of this test is not one');

/** The error that the client throws for a gRPC status. */
function grpcError(code: number, details: string): ServiceError {
  const cause = Object.assign(new Error(details), { code, details, metadata: { get: () => [] } });
  return new ServiceError('Failed', { cause });
}

/** A client whose calls end as told, deadline or not. */
function clientThat(end: () => Promise<unknown>): Client {
  const workflow = { start: end, getHandle: () => ({ signal: end }) };
  return { workflow, withDeadline: (_deadline: number, work: () => unknown) => work() } as unknown as Client;
}

const failing = (error: unknown) => clientThat(() => Promise.reject(error));

describe('a call to Temporal', () => {
  it.each([
    [
      'refuses connections',
      grpcError(14, 'connect ECONNREFUSED'),
      'TEMPORAL_UNAVAILABLE',
      'start: connect ECONNREFUSED',
    ],
    ['is silent', grpcError(4, 'Deadline exceeded'), 'TEMPORAL_UNAVAILABLE', 'start: no answer within 50 ms'],
    [
      'limits us',
      grpcError(8, 'namespace rate limit'),
      'OVERLOADED',
      'start: Temporal limits us: namespace rate limit',
    ],
    ['does not let us in', grpcError(7, 'not allowed'), 'TEMPORAL_UNAVAILABLE', 'start: not allowed'],
    [
      'has no such namespace',
      new NamespaceNotFoundError('nope'),
      'TEMPORAL_UNAVAILABLE',
      'start: there is no namespace nope; set TEMPORAL_NAMESPACE, or create it: temporal operator namespace create --namespace nope',
    ],
    [
      'has no such namespace, asked for the namespace itself',
      grpcError(5, 'Namespace nope is not found.').cause,
      'TEMPORAL_UNAVAILABLE',
      'start: there is no namespace nope; set TEMPORAL_NAMESPACE, or create it: temporal operator namespace create --namespace nope',
    ],
  ])('that %s is an error which the sender retries', async (_what, error, code, message) => {
    await expect(call(failing(error), 50, 'start', () => Promise.reject(error))).rejects.toMatchObject({
      code,
      message,
    });
  });

  it('that ends in a fault of our own throws that fault', async () => {
    const bug = new TypeError('a bug');
    await expect(call(failing(bug), 50, 'start', () => Promise.reject(bug))).rejects.toBe(bug);
  });
});

/** A Temporal in which the calls end as told, one after the other; the names of those made are kept. */
function scripted(...ends: (Error | 'ok')[]) {
  const calls: unknown[][] = [];
  const end = (...args: unknown[]) => {
    calls.push(args);
    const next = ends.shift() ?? 'ok';
    return next === 'ok' ? Promise.resolve({}) : Promise.reject(next);
  };
  const workflow = {
    start: () => end('start'),
    getHandle: () => ({ signal: (name: string, argument: unknown) => end(name, argument) }),
  };
  const client = { workflow, withDeadline: (_deadline: number, work: () => unknown) => work() } as unknown as Client;
  return { intake: createIntake(client), calls };
}

const isThere = new WorkflowExecutionAlreadyStartedError('Workflow execution already started', 'id', 'remediation');
const hasEnded = new WorkflowNotFoundError('workflow execution already completed', 'id', undefined);
const full = grpcError(3, 'exceeded workflow execution limit for signal events');
const news = { startsAt: alert.startsAt, receivedAt: alert.receivedAt };

describe('a firing alert', () => {
  it('starts its run, and sends no signal with it', async () => {
    const { intake, calls } = scripted('ok');
    expect(await intake.start(alert)).toEqual({ started: true });
    expect(calls).toEqual([['start']]);
  });

  it('joins the run that is there by a signal without its labels and annotations', async () => {
    const { intake, calls } = scripted(isThere, 'ok');
    expect(await intake.start(alert)).toEqual({ started: false });
    expect(calls).toEqual([['start'], ['alert', news]]);
  });

  it('starts a run after all when the one that was there has ended meanwhile', async () => {
    const { intake, calls } = scripted(isThere, hasEnded, 'ok');
    expect(await intake.start(alert)).toEqual({ started: true });
    expect(calls.map(([name]) => name)).toEqual(['start', 'alert', 'start']);
  });

  it('is refused, to be sent again, when runs come and go faster than they can be told', async () => {
    const { intake } = scripted(isThere, hasEnded, isThere, hasEnded, isThere, hasEnded, isThere);
    await expect(intake.start(alert)).rejects.toMatchObject({ code: 'OVERLOADED', retryAfterMs: 1_000 });
  });

  it('is refused, to be sent again, while its run can take no more signals: it may be a new episode', async () => {
    const { intake } = scripted(isThere, full);
    await expect(intake.start(alert)).rejects.toMatchObject({ code: 'OVERLOADED' });
  });

  it('is told apart from other invalid requests', async () => {
    const { intake } = scripted(grpcError(3, 'no mapping defined for search attribute Phase'));
    await expect(intake.start(alert)).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  });
});

describe('a resolved alert', () => {
  const resolved = { ...alert, status: 'resolved' as const };

  it('is told to the run that is there, and to nobody where there is none', async () => {
    const { intake, calls } = scripted('ok', hasEnded);
    expect([await intake.resolve(resolved), await intake.resolve(resolved)]).toEqual([
      { known: true },
      { known: false },
    ]);
    expect(calls).toEqual([
      ['resolved', news],
      ['resolved', news],
    ]);
  });

  it('counts as known where the run can take no more signals: the run looks at the cluster by itself', async () => {
    expect(await scripted(full).intake.resolve(resolved)).toEqual({ known: true });
  });
});

describe('the query of a filter', () => {
  it('asks for remediations only', () => {
    expect(runQuery({ limit: 10 })).toBe(
      "WorkflowType = 'remediation' AND (ExecutionStatus != 'ContinuedAsNew' OR Phase = 'Closed')",
    );
  });

  it('joins all conditions', () => {
    expect(runQuery({ limit: 10, phase: 'Closed', namespace: 'shop', since: '2026-03-01T08:00:00.000Z' })).toBe(
      "WorkflowType = 'remediation' AND (ExecutionStatus != 'ContinuedAsNew' OR Phase = 'Closed') AND Phase = 'Closed' AND KubeNamespace = 'shop' AND StartTime >= '2026-03-01T08:00:00.000Z'",
    );
  });

  it('quotes values so that none can end its quotation', () => {
    expect(runQuery({ limit: 10, workload: "x' OR '\\" })).toContain("Workload = 'x\\' OR \\'\\\\'");
  });
});

describe('a question to the worker of a cluster', () => {
  it.each([
    ['SCHEDULE_TO_START', 'No worker of the cluster prod took it up in time.'],
    ['SCHEDULE_TO_CLOSE', 'No worker of the cluster prod answered in time.'],
  ] as const)('that ends with the timeout %s says what nobody did', async (timeoutType, message) => {
    const timeout = new TimeoutFailure('timed out', undefined, timeoutType);
    const failure = new ActivityFailure('failed', 'policies', '1', undefined, undefined, timeout);
    const handle = { result: () => Promise.reject(new WorkflowFailedError('failed', failure, undefined)) };
    const client = clientThat(() => Promise.resolve(handle));
    const question = { type: 'policies', workflowId: 'policies/prod/1', input: {}, summary: 'Lists', cluster: 'prod' };
    await expect(ask(client, question)).rejects.toMatchObject({ code: 'WORKER_UNAVAILABLE', message });
  });
});
