// Records one history for each path of the runbook, from the workflows as they are now: `npm run record-histories`.
// Run it when a release changes a workflow, and keep the files of earlier releases: their runs are still under way.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime } from '@temporalio/worker';
import { guardWorkflowId } from '../../domain/contract.ts';
import { MendflowError } from '../../domain/errors.ts';
import { silent } from '../../sandbox/progress.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { version } from '../../telemetry/version.ts';
import { anActionable } from '../support/builders.ts';
import type { Run } from '../support/run.ts';
import { Runbook } from '../support/runbook.ts';
import { isIn, oncall, recovered, unhealthy } from '../support/script.ts';
import { testTemporalOver } from '../support/test-temporal.ts';

const quick = { guards: { cooldown: '10s' }, ...oncall };
const approve = { mode: 'Approve', ...quick };

/** Each path plays itself and returns the run whose history is kept. */
const paths: Record<string, (runbook: Runbook) => Promise<Run>> = {
  healed: (runbook) => runbook.start(),
  async climbed(runbook) {
    runbook.cluster.verify = [anActionable({ spec: quick })];
    runbook.cluster.health = [unhealthy, { kind: 'healthy', detail: 'all 3 pods ready' }];
    return runbook.start();
  },
  async approved(runbook) {
    runbook.cluster.verify = [anActionable({ spec: approve })];
    const run = await runbook.start();
    const { question } = await run.until((status) => status.question !== undefined);
    await run.say('approve', { digest: question?.digest });
    return run;
  },
  async aborted(runbook) {
    runbook.cluster.verify = [anActionable({ spec: approve })];
    const run = await runbook.start();
    await run.until(isIn('AwaitingApproval'));
    await run.say('abort', { note: 'fixed by hand' });
    return run;
  },
  async retried(runbook) {
    runbook.cluster.verify = [anActionable({ spec: quick })];
    runbook.cluster.remediate = [new MendflowError('PERMISSION_DENIED', 'no'), { summary: 'evicted', changed: true }];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await run.say('acknowledge');
    await run.say('retry');
    return run;
  },
  async resolvedWhileEscalated(runbook) {
    runbook.cluster.verify = [anActionable({ spec: quick }), recovered];
    runbook.cluster.remediate = [new MendflowError('BUDGETS_CONFLICT', 'two budgets')];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await run.signal('resolved', { ...run.alert, status: 'resolved' });
    return run;
  },
  async merged(runbook) {
    runbook.cluster.verify = [anActionable({ spec: approve })];
    const holder = await runbook.start();
    await holder.until(isIn('AwaitingApproval'));
    const run = await runbook.start();
    await run.report();
    await holder.say('takeOver');
    await holder.report();
    return run;
  },
  async paused(runbook) {
    await runbook.guard.signal('pause', { id: 'p', who: 'ada', why: 'migration', sinceMs: 0 });
    return runbook.start();
  },
  async takenBack(runbook) {
    const steps = [{ cordonNode: {}, within: '5m', undo: 'Unhealthy' }];
    runbook.cluster.verify = [anActionable({ spec: { ...quick, steps } })];
    runbook.cluster.health = [unhealthy];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await run.say('takeOver');
    return run;
  },
  async followed(runbook) {
    const successor = { kind: 'Job', namespace: 'shop', name: 'report-2', uid: 'uid-report-2' };
    runbook.cluster.remediate = [{ summary: 'made job shop/report again as report-2', changed: true, successor }];
    return runbook.start();
  },
  async observed(runbook) {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'Observe' } })];
    return runbook.start();
  },
};

const root = join(import.meta.dirname, '..', '..');
const folder = join(import.meta.dirname, 'histories', version);
mkdirSync(folder, { recursive: true });
Runtime.install({ logger: new DefaultLogger('ERROR') });
const sandbox = await startSandbox({ parts: ['temporal'], progress: silent });
const env = await TestWorkflowEnvironment.createFromExistingServer({ address: sandbox.temporal.address });
const runbook = await Runbook.on(testTemporalOver(env));
try {
  for (const [name, play] of Object.entries(paths)) {
    await runbook.reset();
    const run = await play(runbook);
    const { outcome } = await run.report();
    const histories = { [name]: run.id, [`${name}-guard`]: guardWorkflowId(runbook.clusterName) };
    for (const [file, workflowId] of Object.entries(histories)) {
      const record = { workflowId, history: await runbook.history(workflowId) };
      // Stack traces name the folder they were recorded in; nobody else has it.
      const text = JSON.stringify(record).replaceAll(root, '');
      writeFileSync(join(folder, `${file}.json`), `${text}\n`);
    }
    console.info(`${name}: ${outcome}, ${await run.events()} events`);
  }
} finally {
  await runbook.close();
  await sandbox.stop();
}
