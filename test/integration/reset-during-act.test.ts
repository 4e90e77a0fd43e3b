import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { MendflowError } from '../../domain/run/errors.ts';
import { resolveBinary } from '../../sandbox/binaries/index.ts';
import { silent } from '../../sandbox/progress.ts';
import { anActionable } from '../support/builders.ts';
import { resetRun } from '../support/product/reset.ts';
import { until } from '../support/product/until.ts';
import { Runbook } from '../support/runbook.ts';
import { isIn, oncall } from '../support/script.ts';
import { testTemporalOver } from '../support/test-temporal.ts';
import { registerSearchAttributes } from '../support/workers.ts';

let env: TestWorkflowEnvironment;
let runbook: Runbook;

beforeAll(async () => {
  Runtime.install({ logger: new DefaultLogger('ERROR', () => {}) });
  const path = await resolveBinary('temporal', silent);
  env = await TestWorkflowEnvironment.createLocal({ server: { executable: { type: 'existing-path', path } } });
  await registerSearchAttributes(env);
  runbook = await Runbook.on(testTemporalOver(env));
  await runbook.reset();
}, 120_000);

afterAll(() => runbook?.close(), 30_000);

it('a run that is reset during its act asks a person, and the guard counts the act', async () => {
  // The cluster worker refuses the ticket of before the reset.
  runbook.cluster.remediate = [new MendflowError('TICKET_INVALID', 'the ticket is for another run')];
  runbook.cluster.verify = [anActionable({ spec: oncall })];
  const started = Promise.withResolvers<void>();
  const isReset = Promise.withResolvers<void>();
  runbook.cluster.duringRemediate = async () => {
    runbook.cluster.duringRemediate = async () => {};
    started.resolve();
    await isReset.promise;
  };
  const run = await runbook.start();
  await started.promise;
  const before = await run.events();
  await run.signal('alert', run.alert);
  // Signal, and the task that takes it: scheduled, started, completed.
  await until('the run takes the signal', async () => (await run.events()) >= before + 4);
  await resetRun(env.client, run.id, 'nextTask');
  isReset.resolve();

  const { reason } = await run.until(isIn('Escalated'));
  expect(reason).toBe('ticketInvalid');
  expect((await runbook.guardState()).acts).toMatchObject([{ result: 'unhealthy' }]);
}, 60_000);
