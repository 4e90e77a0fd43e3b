import { describe, expect, it } from '@jest/globals';
import type { RefusedStep } from '../../domain/run/refusals.ts';
import { anActionable } from '../support/builders.ts';
import type { Runbook } from '../support/runbook.ts';
import { isIn, oncall } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

const refusal = (step: number, code: RefusedStep['code'], detail: string): RefusedStep => ({ step, code, detail });
const steps = [
  { rollback: {}, approval: 'Required' },
  { rolloutRestart: {}, approval: 'Required' },
];
const ladder = (refused?: RefusedStep) => anActionable({ spec: { steps, ...oncall }, ...(refused && { refused }) });

describe('nobody is asked for a step that could not be done', () => {
  it('the next step is asked for instead', async () => {
    const helm = refusal(0, 'MANAGED_ELSEWHERE', 'rollback: Deployment checkout belongs to Helm');
    runbook.cluster.verify = [ladder(helm), ladder()];
    const run = await runbook.start();
    const { question, timeline } = await run.until(({ question }) => question !== undefined);
    expect(question?.action).toBe('rolloutRestart');
    expect(timeline).toContainEqual(
      expect.objectContaining({ what: `nobody is asked: ${helm.detail}`, reason: 'managedElsewhere' }),
    );
    expect(runbook.receivers.messages).toEqual(['chat:approvalNeeded']);
    await run.say('abort');
    await run.report();
  });

  it('where none is left the page says why', async () => {
    const none = refusal(0, 'NOT_APPLICABLE', 'rollback: there is no earlier revision');
    const quota = refusal(1, 'NOT_REPLACEABLE', 'rolloutRestart: exceeded quota: q');
    runbook.cluster.verify = [ladder(none), ladder(quota)];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    expect(runbook.receivers.messages).toEqual(['chat:escalation']);
    expect(runbook.receivers.told[0]?.notification).toMatchObject({ reason: 'notReplaceable' });
    expect(runbook.cluster.acts).toEqual([]);
    expect(await runbook.guardState()).toMatchObject({ leases: [], acts: [] });
    await run.say('abort');
    await run.report();
  });

  it('what our account may not do is a person’s case at once', async () => {
    runbook.cluster.verify = [ladder(refusal(0, 'PERMISSION_DENIED', 'rollback: deployments is forbidden'))];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    expect(runbook.receivers.told[0]?.notification).toMatchObject({ reason: 'permissionDenied' });
    await run.say('abort');
    await run.report();
  });

  it('a disruption budget is waited for first', async () => {
    const spec = { steps: [{ evictPod: {}, approval: 'Required' }], ...oncall };
    const blocked = refusal(0, 'EVICTION_BLOCKED', 'evictPod: the disruption budget needs 3 healthy pods');
    runbook.cluster.verify = [anActionable({ spec, refused: blocked }), anActionable({ spec })];
    const run = await runbook.start();
    const { question } = await run.later(({ question }) => question !== undefined);
    expect(question?.action).toBe('evictPod');
    expect(runbook.cluster.count('verify')).toBe(2);
    await run.say('abort');
    await run.report();
  });

  it('a refusal of another step says nothing about this one', async () => {
    runbook.cluster.verify = [ladder(refusal(1, 'NOT_APPLICABLE', 'no'))];
    const run = await runbook.start();
    const { question } = await run.until(({ question }) => question !== undefined);
    expect(question?.action).toBe('rollback');
    await run.say('abort');
    await run.report();
  });

  it('verify is told which step comes next', async () => {
    runbook.cluster.verify = [ladder(refusal(0, 'NOT_APPLICABLE', 'no')), ladder()];
    const run = await runbook.start();
    await run.until(({ question }) => question !== undefined);
    const looks = runbook.cluster.calls.filter(({ name }) => name === 'verify');
    expect(looks.map(({ input }) => (input as { next?: number }).next)).toEqual([0, 1]);
    await run.say('abort');
    await run.report();
  });
});
