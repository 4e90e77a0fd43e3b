import { MendflowError } from '../../domain/run/errors.ts';
import { anActionable } from '../support/builders.ts';
import { until } from '../support/product/until.ts';
import type { Run } from '../support/run.ts';
import type { Runbook } from '../support/runbook.ts';
import { isIn, oncall, recovered, unhealthy } from '../support/script.ts';

const quick = { guards: { cooldown: '10s' }, ...oncall };
const approve = { mode: 'Approve', ...quick };

/** A path plays itself and returns the run whose history is kept. */
export type Path = (runbook: Runbook) => Promise<Run>;

/** Paths of the runbook. */
export const paths: Readonly<Record<string, Path>> = {
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
  async firesAgain(runbook) {
    runbook.cluster.verify = [anActionable({ spec: approve })];
    const run = await runbook.start();
    await run.until(isIn('AwaitingApproval'));
    const before = await run.runId();
    const startsAt = '2099-03-01T11:00:00Z';
    runbook.receivers.during = async (kind) => {
      if (kind === 'closed' && (await run.runId()) === before)
        await run.signal('alert', { ...run.alert, startsAt, receivedAt: startsAt });
    };
    await run.say('abort', { note: 'fixed by hand' });
    await until('the run continues as new', async () => (await run.runId()) !== before);
    await run.until(isIn('AwaitingApproval'));
    await run.say('takeOver');
    return run;
  },
};

/** Paths for a server that suggests to continue as new after few events. */
export const longPaths: Readonly<Record<string, Path>> = {
  async escalatedForLong(runbook) {
    runbook.cluster.verify = [anActionable({ spec: quick })];
    runbook.cluster.remediate = [new MendflowError('BUDGETS_CONFLICT', 'two budgets')];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await repeatUntilNew(run);
    await run.say('acknowledge');
    await run.say('takeOver');
    return run;
  },
  async heldForLong(runbook) {
    runbook.cluster.verify = [anActionable({ spec: { ...oncall, guards: { cooldown: '20s' } } })];
    const earlier = await runbook.start();
    await earlier.report();
    const run = await runbook.start();
    await run.until(isIn('AwaitingPermit'));
    await repeatUntilNew(run);
    return run;
  },
  async guardIsAskedOften(runbook) {
    runbook.cluster.verify = [anActionable({ spec: approve })];
    const run = await runbook.start();
    const { question } = await run.until((status) => status.question !== undefined);
    const { guard } = runbook;
    const runIdOf = async () => (await guard.describe()).runId;
    const before = await runIdOf();
    for (let count = 0; (await runIdOf()) === before; count++) await runbook.ask(run, `other-${count}`);
    await run.say('approve', { digest: question?.digest });
    return run;
  },
};

/** Delivers the alert again and again, until the run continues as new. */
async function repeatUntilNew(run: Run): Promise<void> {
  const before = await run.runId();
  await until('the run continues as new', async () => {
    if ((await run.runId()) !== before) return true;
    await run.signal('alert', run.alert);
    return false;
  });
}
