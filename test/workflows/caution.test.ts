import { describe, expect, it } from '@jest/globals';
import { anActionable, aTarget, minutes, surroundings } from '../support/builders.ts';
import type { Runbook } from '../support/runbook.ts';
import { isIn, oncall, unhealthy } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

const halfBroken = surroundings({ namespace: { total: 10, unhealthy: 6 } });

describe('a trouble larger than one run', () => {
  const spec = { ...oncall, steps: [{ evictPod: {} }] };
  it('asks a person once; the other runs that meet it end quietly', async () => {
    const ofWorkload = (workload: string) =>
      anActionable({ target: aTarget({ workload }), surroundings: halfBroken, spec });
    runbook.cluster.verify = [ofWorkload('checkout'), ofWorkload('cart')];
    const first = await runbook.start();
    await first.until(isIn('Escalated'));
    const report = await (await runbook.start()).report();
    expect(report).toMatchObject({ outcome: 'denied', reason: 'tooManyUnhealthy' });
    expect(runbook.receivers.messages.filter((message) => message.endsWith(':escalation'))).toHaveLength(1);
    expect(runbook.cluster.acts).toEqual([]);
    await first.say('abort');
    await first.report();
  });
});

describe('a trouble larger than one run, where another step takes nothing away,', () => {
  it('asks a person about that step once; the other runs that meet it end quietly', async () => {
    const ofWorkload = (workload: string) =>
      anActionable({ target: aTarget({ workload }), surroundings: halfBroken, spec: oncall });
    // The first run looks again before its second step.
    runbook.cluster.verify = [ofWorkload('checkout'), ofWorkload('checkout'), ofWorkload('cart')];
    const first = await runbook.start();
    expect((await first.until(isIn('AwaitingApproval'))).question).toMatchObject({ action: 'rolloutRestart' });
    const report = await (await runbook.start()).report();
    expect(report).toMatchObject({ outcome: 'denied', reason: 'tooManyUnhealthy', steps: [] });
    expect(runbook.receivers.messages).toEqual(['chat:approvalNeeded']);
    await first.say('abort');
    await first.report();
  });
});

describe('a workload all of whose pods are down', () => {
  const down = surroundings({ workload: { total: 3, unhealthy: 3 } });
  const spec = { ...oncall, steps: [{ evictPod: {} }, { rollback: {} }] };

  it('loses no pod; a person is asked about the rollback, and it is taken with their yes', async () => {
    runbook.cluster.verify = [anActionable({ spec, surroundings: down })];
    const run = await runbook.start();
    const { question, verdicts } = await run.until(isIn('AwaitingApproval'));
    expect(question).toMatchObject({ action: 'rollback' });
    expect(verdicts).toMatchObject([{ verdict: 'deny', reason: 'tooManyUnhealthy' }, { verdict: 'grant' }]);
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('approve', { who: 'ada', digest: question?.digest });
    expect(await run.report()).toMatchObject({ outcome: 'remediated', steps: [{ action: 'rollback' }] });
  });

  it('is a person’s case where no step is left, as one incident', async () => {
    runbook.cluster.verify = [anActionable({ spec: { ...spec, steps: [{ evictPod: {} }] }, surroundings: down })];
    const run = await runbook.start();
    expect(await run.until(isIn('Escalated'))).toMatchObject({ reason: 'tooManyUnhealthy' });
    await run.say('abort');
    await run.report();
  });
});

describe('while remediation is paused', () => {
  it('a run that knows it looks at nothing and costs eight events at most', async () => {
    await runbook.guard.signal('pause', { id: 'p', who: 'ada', why: 'migration', sinceMs: 0 });
    await (await runbook.start()).report();
    const looks = runbook.cluster.count('verify');
    const run = await runbook.start();
    expect(await run.report()).toMatchObject({ outcome: 'denied', reason: 'paused' });
    expect(runbook.cluster.count('verify')).toBe(looks);
    expect(await run.events()).toBeLessThanOrEqual(8);
  });
});

describe('a storm', () => {
  /** Only alerts that a policy matched count, so one of them is looked at first. */
  const manyAlert = async (count: number) => {
    const given = { surroundings: surroundings({ workloads: 100 }) };
    runbook.cluster.verify = [anActionable({ ...given, spec: { mode: 'Observe' } }), anActionable(given)];
    await (await runbook.start()).report();
    const atMs = await runbook.nowMs();
    const sightings = Array.from({ length: count }, (_, index) => ({
      workload: `shop/Deployment/w${index}`,
      namespace: 'shop',
      atMs,
      traits: [],
      alertname: 'PodCrashLooping',
    }));
    await runbook.guard.signal('sightings', sightings);
  };

  it('stops everything within one decision, and tells people once', async () => {
    await manyAlert(20);
    const met = await runbook.start();
    expect(await met.report()).toMatchObject({ outcome: 'denied', reason: 'storm', steps: [] });
    const turnedAway = await runbook.start();
    expect(await turnedAway.report()).toMatchObject({ outcome: 'denied', reason: 'storm', steps: [] });
    expect(await turnedAway.events()).toBeLessThanOrEqual(8);
    expect(runbook.receivers.messages).toEqual(['fallback:storm']);
  });

  it('that the intake heard of stops everything at the first request, though nothing was verified before', async () => {
    const atMs = await runbook.nowMs();
    const sightings = Array.from({ length: 20 }, (_, index) => ({
      ...{ workload: `shop/alert/w${index}`, namespace: 'shop', atMs, alertname: 'PodCrashLooping' },
    }));
    runbook.cluster.verify = [anActionable({ surroundings: surroundings({ workloads: 100 }) })];
    await runbook.guard.signal('alerting', sightings);
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'denied', reason: 'storm', steps: [] });
    expect(runbook.cluster.acts).toEqual([]);
  });

  it('is over by itself after ten calm minutes, and says so', async () => {
    await manyAlert(20);
    await (await runbook.start()).report();
    for (let minute = 0; minute < 20; minute++) await runbook.sleep(minutes(1));
    await runbook.untilGuard(({ storm }) => storm === undefined);
    // A set: the server’s leaps in time let an activity be tried again.
    expect(new Set(runbook.receivers.messages)).toEqual(new Set(['fallback:storm', 'fallback:closed']));
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'remediated' });
  });
});

describe('a step that two people must approve', () => {
  const spec = { mode: 'Approve', approval: { twoPeople: true } };

  it('waits for the second, who must be another', async () => {
    runbook.cluster.verify = [anActionable({ spec })];
    const run = await runbook.start();
    const { question } = await run.until(isIn('AwaitingApproval'));
    await run.say('approve', { who: 'ada', digest: question?.digest });
    await expect(run.say('approve', { who: 'ada', digest: question?.digest })).rejects.toMatchObject({
      cause: { type: 'TOO_LATE', message: 'ada approved already; another person must' },
    });
    expect((await run.status()).question?.approvedBy).toEqual(['ada']);
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('approve', { who: 'bob', digest: question?.digest });
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
  });

  it('does not take the yes of the person who asked for another try', async () => {
    runbook.cluster.verify = [anActionable({ spec: { ...spec, ...oncall } })];
    const run = await runbook.start();
    const first = await run.until(isIn('AwaitingApproval'));
    await run.say('reject', { who: 'bob', digest: first.question?.digest });
    await run.until(isIn('Escalated'));
    await run.say('retry', { who: 'ada' });
    const { question } = await run.until(isIn('AwaitingApproval'));
    await expect(run.say('approve', { who: 'ada', digest: question?.digest })).rejects.toMatchObject({
      cause: { type: 'TOO_LATE', message: 'ada asked for this try; two others must approve it' },
    });
    await run.say('abort');
    expect(await run.report()).toMatchObject({ outcome: 'aborted', steps: [] });
  });
});

describe('a step that asks when it is risky', () => {
  it('is taken without a question while its risk is low and other pods are ready', async () => {
    runbook.cluster.verify = [anActionable({ spec: { steps: [{ evictPod: {}, approval: 'WhenRisky' }] } })];
    expect(await (await runbook.start()).report()).toMatchObject({ outcome: 'remediated' });
  });

  it('asks a person before it restarts a whole workload', async () => {
    runbook.cluster.verify = [anActionable({ spec: { steps: [{ rolloutRestart: {}, approval: 'WhenRisky' }] } })];
    const run = await runbook.start();
    expect((await run.until(isIn('AwaitingApproval'))).question).toMatchObject({ action: 'rolloutRestart' });
    await run.say('abort');
    await run.report();
  });
});

describe('a policy that is made stricter while a run is under way', () => {
  it('asks a person from the next step on', async () => {
    runbook.cluster.verify = [anActionable(), anActionable({ spec: { mode: 'Approve' } })];
    runbook.cluster.health = [unhealthy];
    const run = await runbook.start();
    while ((await run.status()).question === undefined) await runbook.sleep(minutes(1));
    expect(await run.status()).toMatchObject({ mode: 'Approve', question: { action: 'rolloutRestart' } });
    expect(runbook.cluster.acts).toEqual(['evictPod']);
    await run.say('abort');
    await run.report();
  });
});

describe('an Observe policy', () => {
  it('says what the guard would have said, and leaves no trace in it', async () => {
    runbook.cluster.verify = [anActionable({ spec: { mode: 'Observe' } })];
    const report = await (await runbook.start()).report();
    expect(report).toMatchObject({ outcome: 'notActionable', wouldHave: { action: 'evictPod', verdict: 'grant' } });
    expect(report.summary).toContain('the guard would have granted it');
    expect(await runbook.guardState()).toMatchObject({ leases: [], acts: [], answers: [], changes: [] });
  });

  it('says what the guard would have refused, and why', async () => {
    runbook.cluster.verify = [anActionable({ surroundings: halfBroken, spec: { mode: 'Observe' } })];
    const report = await (await runbook.start()).report();
    expect(report.wouldHave).toEqual({ action: 'evictPod', verdict: 'deny', reason: 'tooManyUnhealthy' });
    expect((await runbook.guardState()).incidents).toEqual([]);
  });
});
