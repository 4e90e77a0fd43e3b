import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import type { GuardConnection } from '../../activities/guard/client.ts';
import { guardConnection } from '../../activities/guard/client.ts';
import type { PermitRequest, Verdict } from '../../domain/guard/permit.ts';
import type { Lease } from '../../domain/guard/state.ts';
import { guardWorkflowId } from '../../domain/run/contract.ts';
import { resolveBinary } from '../../sandbox/binaries/index.ts';
import { silent } from '../../sandbox/progress.ts';
import { aPermitRequest, aTarget } from '../support/builders.ts';
import { Runbook } from '../support/runbook.ts';
import { testTemporalOver } from '../support/test-temporal.ts';
import { registerSearchAttributes } from '../support/workers.ts';

/** The server suggests to continue as new after so many events: a decision costs about six. */
const eventsPerRun = 60;
const rounds = 40;

let env: TestWorkflowEnvironment;
let runbook: Runbook;
let connection: GuardConnection;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) });
  const path = await resolveBinary('temporal', silent);
  const setting = `limit.historyCount.suggestContinueAsNew=${eventsPerRun}`;
  env = await TestWorkflowEnvironment.createLocal({
    server: { executable: { type: 'existing-path', path }, extraArgs: ['--dynamic-config-value', setting] },
  });
  await registerSearchAttributes(env);
  runbook = await Runbook.on(testTemporalOver(env));
  await runbook.reset();
  connection = guardConnection(env.client);
}, 120_000);

afterAll(() => runbook?.close(), 30_000);

/** A request for a workload in a namespace of its own. */
const requestFor = (name: string): PermitRequest =>
  aPermitRequest({
    allowedNamespaces: [name],
    requestId: `request-${name}`,
    workflowId: `remediation/${runbook.clusterName}/Alert/${name}`,
    runId: `run-${name}`,
    target: aTarget({ namespace: name, workload: name }),
    leaseMs: 600_000,
  });

/** Asks until there is an answer, as a run does: the guard may just be between two runs. */
async function ask(request: PermitRequest): Promise<Verdict> {
  for (const deadline = performance.now() + 30_000; ; await sleep(50)) {
    try {
      const [answer] = await connection.decide(runbook.clusterName, [request]);
      if (answer !== undefined) return answer.verdict;
    } catch (error) {
      if (performance.now() > deadline) throw error;
    }
  }
}

const grantsOf = (verdicts: readonly Verdict[]) => verdicts.filter(({ kind }) => kind === 'grant');

async function guardRuns(): Promise<number> {
  const query = `WorkflowId = "${guardWorkflowId(runbook.clusterName)}"`;
  const { count } = await env.client.workflow.count(query);
  return count;
}

describe('the guard of a real Temporal', () => {
  it('continues as new with leases out, and gives each request its answer again', async () => {
    const held = ['a', 'b'].map(requestFor);
    const first = await Promise.all(held.map(ask));
    expect(grantsOf(first)).toHaveLength(2);
    const leases = (await runbook.guardState()).leases.map(({ requestId }) => requestId).sort();
    expect(leases).toEqual(['request-a', 'request-b']);

    const everGranted: Verdict[] = [];
    for (let round = 0; round < rounds; round++) {
      const passing = requestFor(`other${round}`);
      const signal = connection.saw(runbook.clusterName, []);
      // The same questions again, another one that takes a lease and gives it back, and a signal, all at once.
      const [again, other] = await Promise.all([Promise.all(held.map(ask)), ask(passing), signal]);
      expect(again).toEqual(first);
      everGranted.push(other);
      await connection.release(runbook.clusterName, { requestId: passing.requestId, outcome: 'returned' });
    }

    expect(await guardRuns()).toBeGreaterThanOrEqual(3);
    const left: Lease[] = (await runbook.guardState()).leases;
    expect(left.map(({ requestId }) => requestId).sort()).toEqual(leases);
    // Each workload was granted once: the lease that is out is the one of the first answer.
    expect(left.map(({ expiresAtMs }) => expiresAtMs).sort()).toEqual(
      first.flatMap((verdict) => (verdict.kind === 'grant' ? [verdict.expiresAtMs] : [])).sort(),
    );
    expect(everGranted).toHaveLength(rounds);
  }, 120_000);
});
