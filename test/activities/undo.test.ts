import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RemediateInput, UndoInput } from '../../activities/contract.ts';
import { undo } from '../../activities/undo.ts';
import type { TicketTerms } from '../../domain/run/ticket.ts';
import { permitted, testRun } from '../support/permitted.ts';
import { anActionAlert, aTarget, aWorkload, nowMs } from './support/builders.ts';
import { depsOf } from './support/cluster-deps.ts';
import { startActivity } from './support/run-activity.ts';
import { TestCluster } from './support/test-cluster.ts';

let cluster: TestCluster;
beforeEach(() => {
  cluster = new TestCluster();
});

const asked: RemediateInput = {
  ...{ target: aTarget(), policy: 'memory-leak', token: 'run-1.0', dryRun: false, alert: anActionAlert },
  step: {
    ...{ action: 'scale', params: { replicas: 4 }, withinMs: 60_000, canUndo: true },
    ...{ approval: 'None', risk: 'medium', takesPodAway: false },
  },
};

describe('undo', () => {
  const back = (
    changed: Partial<RemediateInput> = {},
    terms: Partial<TicketTerms> = {},
    workflowExecution = testRun,
  ) => {
    const given = { ...permitted(asked, nowMs, terms), ...changed };
    const act = (input: UndoInput) => undo(depsOf(cluster), input);
    return startActivity(act, given, { scheduledTimestampMs: nowMs, workflowExecution }).result;
  };

  it('is not done without the ticket of its step', async () => {
    await expect(back({ ticket: undefined as never })).rejects.toMatchObject({ code: 'TICKET_INVALID' });
    await expect(back({ token: 'run-1.1' })).rejects.toMatchObject({ code: 'TICKET_INVALID' });
    await expect(back({}, {}, { ...testRun, workflowId: 'another' })).rejects.toMatchObject({ code: 'TICKET_INVALID' });
    expect(cluster.calls).toEqual([]);
  });

  it('is done with it long after it ended', async () => {
    expect(await back({}, { expiresAtMs: nowMs - 1 })).toMatchObject({ changed: false });
    const later = { ...testRun, runId: 'continued as new' };
    expect(await back({}, { expiresAtMs: nowMs - 1 }, later)).toMatchObject({ changed: false });
  });

  it('leaves alone what a person took out meanwhile', async () => {
    cluster.workloads = [aWorkload({ labels: { 'mendflow.dev/remediation': 'disabled' } })];
    await expect(back()).rejects.toMatchObject({ code: 'NOT_APPLICABLE' });
  });
});
