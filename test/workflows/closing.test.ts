import { describe, expect, it } from '@jest/globals';
import { MendflowError } from '../../domain/run/errors.ts';
import type { RemediationReport } from '../../domain/run/outcome.ts';
import { eventually } from '../../sandbox/process.ts';
import { anActionable } from '../support/builders.ts';
import type { Run } from '../support/run.ts';
import type { Runbook } from '../support/runbook.ts';
import { isIn, oncall } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

const approve = { spec: { mode: 'Approve', ...oncall } };
const budgets = new MendflowError('BUDGETS_CONFLICT', 'two budgets');
const laterFiring = { startsAt: '2026-03-01T11:00:00Z', receivedAt: '2026-03-01T11:00:00Z' };

/** A run that a person approved: it tells people as it closes. */
async function approved(started: (run: Run) => void = () => {}): Promise<Run> {
  runbook.cluster.verify = [anActionable(approve)];
  const run = await runbook.start();
  started(run);
  const { question } = await run.until((status) => status.question !== undefined);
  await run.say('approve', { digest: question?.digest });
  return run;
}

/** Ends whatever the alert's run does now. */
async function stop(run: Run): Promise<RemediationReport> {
  await run.until(({ phase }) => phase !== 'Closed');
  await run.say('abort');
  return run.report();
}

describe('a firing that begins while the run closes', () => {
  it.each(['message', 'Event'] as const)('has a run of its own, when it comes during the last %s', async (what) => {
    let isTold = false;
    let early: Run | undefined;
    const tell = async () => {
      if (isTold || early === undefined) return;
      isTold = true;
      runbook.cluster.verify = [anActionable({ spec: { mode: 'Approve', guards: { cooldown: '10s' } } })];
      await early.signal('alert', laterFiring);
    };
    if (what === 'Event')
      runbook.cluster.duringReport = (event) => (event === 'RemediationSucceeded' ? tell() : Promise.resolve());
    else runbook.receivers.during = (kind) => (kind === 'closed' ? tell() : Promise.resolve());
    const run = await approved((started) => {
      early = started;
    });
    const status = await run.later(({ timeline }) => timeline[0]?.what.endsWith('fires again') === true);
    expect(status.steps).toEqual([]);
    expect(status).not.toHaveProperty('outcome');
    const { outcome, timeline } = await stop(run);
    expect([outcome, timeline[0]?.what]).toEqual(['aborted', 'alert PodCrashLooping fires again']);
  });

  it('is none when it is the old one once more', async () => {
    let early: Run | undefined;
    runbook.receivers.during = async (kind) => {
      if (kind === 'closed') await early?.signal('alert', early.alert);
    };
    const run = await approved((started) => {
      early = started;
    });
    const runId = await run.runId();
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
    expect(await run.runId()).toBe(runId);
  });
});

describe('a person who speaks to a run that closes', () => {
  it('is told that it has ended, and how', async () => {
    const refusals: unknown[] = [];
    let early: Run | undefined;
    runbook.receivers.during = async (kind) => {
      if (kind !== 'closed') return;
      for (const verb of ['retry', 'abort', 'takeOver']) {
        refusals.push(await early?.say(verb).catch((error: { cause: unknown }) => error.cause));
      }
    };
    const run = await approved((started) => {
      early = started;
    });
    const { outcome, summary } = await run.report();
    expect(outcome).toBe('remediated');
    const refusal = { type: 'TOO_LATE', message: `the run has ended: ${summary}` };
    expect(refusals).toMatchObject([refusal, refusal, refusal]);
  });
});

describe('a receiver that is away', () => {
  it('holds no run open; what it was not told is sent by a workflow of its own, in order', async () => {
    let isAway = true;
    runbook.receivers.during = async () => {
      if (isAway) throw new MendflowError('RECEIVER_UNAVAILABLE', 'connection refused');
    };
    runbook.receivers.verdict = { delivered: true, detail: 'delivered to chat', reference: 'C01/17.01' };
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.remediate = [budgets];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await run.say('takeOver');
    const report = await run.report();
    expect(report.outcome).toBe('escalated');
    expect(report.timeline.map(({ what }) => what)).toContain('2 messages are still on their way to chat');
    isAway = false;
    const child = runbook.workflow(`notifications/${await run.runId()}`);
    while ((await child.describe()).status.name === 'RUNNING') await runbook.sleep(10_000);
    expect(await child.result()).toEqual({ delivered: 2, undelivered: [] });
    expect(runbook.receivers.messages).toEqual(['chat:escalation', 'chat:closed']);
    expect(new Set(runbook.receivers.told.map(({ notification }) => notification.dedupKey)).size).toBe(1);
    // The end changes the message by which the receiver first heard of the run, whoever sent it.
    expect(runbook.receivers.told.map(({ reference }) => reference)).toEqual([undefined, 'C01/17.01']);
  });
});

describe('an alert that joined a run', () => {
  it('is driven on by a run of its own when its holder is aborted', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const holder = await runbook.start();
    await holder.until(isIn('AwaitingApproval'));
    const joined = await runbook.start();
    expect(await joined.report()).toMatchObject({ outcome: 'merged' });
    const first = await joined.runId();
    await holder.say('abort');
    expect((await holder.report()).timeline.map(({ what }) => what)).toContain(
      'PodCrashLooping had joined this run and now has a run of its own',
    );
    const again = runbook.workflow(joined.id);
    expect((await again.describe()).runId).not.toBe(first);
    await again.terminate();
  });
});

describe('a message of any shape', () => {
  it('stops no run, and no approval that cannot be checked does', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    const { question } = await run.until((status) => status.question !== undefined);
    for (const name of ['alert', 'resolved', 'joined', 'lookAgain', 'approve', 'retry', 'abort', 'unknown']) {
      await run.signal(name);
      for (const value of [null, 7, 'x', [], {}, { startsAt: {} }, { id: {}, who: [] }]) await run.signal(name, value);
    }
    runbook.approvalsFail = true;
    const digest = question?.digest;
    await expect(run.say('approve', { digest })).rejects.toMatchObject({ cause: { type: 'TEMPORAL_UNAVAILABLE' } });
    await run.signal('approve', { id: 'raw', who: 'ada', at: '', digest });
    await run.until(({ timeline }) => timeline.some(({ what }) => what.startsWith('approve by ada had no effect')));
    runbook.approvalsFail = false;
    await run.say('approve', { digest });
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
  });

  it('and of any number is heard, because the run continues as new before its history is too long', async () => {
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.remediate = [budgets, { summary: 'evicted', changed: true }];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    const first = await run.runId();
    for (let sent = 0; sent < 4_500; sent += 100) {
      await Promise.all(Array.from({ length: 100 }, () => run.signal('resolved', run.alert)));
    }
    expect(await eventually(async () => (await run.runId()) !== first, 30_000)).toBe(true);
    expect((await run.status()).phase).toBe('Escalated');
    await run.say('retry');
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
    expect(runbook.receivers.messages).toEqual(['chat:escalation', 'chat:closed']);
  }, 90_000);
});
