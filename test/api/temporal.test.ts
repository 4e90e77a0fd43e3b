import { describe, expect, it } from '@jest/globals';
import { type Client, ServiceError } from '@temporalio/client';
import { NamespaceNotFoundError } from '@temporalio/common';
import { call } from '../../api/temporal/call.ts';
import { createIntake } from '../../api/temporal/intake.ts';
import { createRecent } from '../../api/temporal/recent.ts';
import { runQuery } from '../../api/temporal/run-query.ts';
import { alertsOf } from '../../domain/intake.ts';
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
  const workflow = { signalWithStart: end, getHandle: () => ({ signal: end }) };
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
      'start: there is no namespace nope',
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

describe('an alert whose run can take no more signals', () => {
  const full = grpcError(3, 'exceeded workflow execution limit for signal events');

  it('counts as joined: the run holds it already, and its group must not be refused for ever', async () => {
    const intake = createIntake(failing(full));
    expect(await intake.start(alert)).toEqual({ started: false });
    expect(await intake.resolve(alert)).toEqual({ known: true });
  });

  it('is told apart from other invalid requests', async () => {
    const intake = createIntake(failing(grpcError(3, 'no mapping defined for search attribute Phase')));
    await expect(intake.start(alert)).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  });
});

describe('an alert', () => {
  it('started its run when the run is new to this process, and joined it otherwise', async () => {
    const runIds = ['r1', 'r1', 'r2'];
    const intake = createIntake(clientThat(async () => ({ signaledRunId: runIds.shift() })));
    expect([await intake.start(alert), await intake.start(alert), await intake.start(alert)]).toEqual([
      { started: true },
      { started: false },
      { started: true },
    ]);
  });
});

describe('the memory of runs', () => {
  it('keeps the latest ones only', () => {
    const recent = createRecent(2);
    expect(['a', 'b', 'a', 'c', 'a', 'b'].map((key) => recent.add(key))).toEqual([
      true,
      true,
      false,
      true,
      false,
      true,
    ]);
  });
});

describe('the query of a filter', () => {
  it('asks for remediations only', () => {
    expect(runQuery({ limit: 10 })).toBe("WorkflowType = 'remediation'");
  });

  it('joins all conditions', () => {
    expect(runQuery({ limit: 10, phase: 'Closed', namespace: 'shop', since: '2026-03-01T08:00:00.000Z' })).toBe(
      "WorkflowType = 'remediation' AND Phase = 'Closed' AND KubeNamespace = 'shop' AND StartTime >= '2026-03-01T08:00:00.000Z'",
    );
  });

  it('quotes values so that none can end its quotation', () => {
    expect(runQuery({ limit: 10, workload: "x' OR '\\" })).toContain("Workload = 'x\\' OR \\'\\\\'");
  });
});
