import { describe, expect, it } from '@jest/globals';
import type { RemediateInput, UndoInput } from '../../activities/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { ticketFault } from '../../domain/run/ticket.ts';
import { anActionable, aTarget, minutes } from '../support/builders.ts';
import { testKeys } from '../support/permitted.ts';
import type { Run } from '../support/run.ts';
import type { Runbook } from '../support/runbook.ts';
import { isIn, oncall, unhealthy } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

const approve = { spec: { mode: 'Approve', ...oncall } };

function inputsOf<Input>(name: 'remediate' | 'undo'): Input[] {
  return runbook.cluster.calls.flatMap((call) => (call.name === name ? [call.input as Input] : []));
}

/** Why the cluster worker would refuse the act, or undefined. */
async function faultOf(run: Run, { ticket, target, policy, step, token, alert }: UndoInput) {
  const who = { cluster: runbook.clusterName, workflowId: run.id, runId: await run.runId() };
  return ticketFault(testKeys, ticket, { ...who, target, policy, step, token, alert });
}

async function asked(run: Run) {
  const { question } = await run.until((status) => status.question !== undefined);
  return question?.digest;
}

describe('a run', () => {
  it('acts with a ticket for exactly the act, which ends with its permit', async () => {
    const run = await runbook.start();
    await run.report();
    const [act] = inputsOf<RemediateInput>('remediate');
    expect(await faultOf(run, act as RemediateInput)).toBeUndefined();
    expect(act?.ticket?.approval).toBeUndefined();
    expect(act?.ticket?.expiresAtMs).toBeGreaterThan(act?.ticket?.notBeforeMs ?? 0);
  });

  it('takes a step back with the ticket that it was taken with', async () => {
    const steps = [{ cordonNode: {}, within: '5m', undo: 'Unhealthy' }];
    runbook.cluster.verify = [anActionable({ spec: { ...oncall, steps } })];
    runbook.cluster.health = [unhealthy];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await run.say('takeOver');
    await run.report();
    const [act] = inputsOf<RemediateInput>('remediate');
    const [undo] = inputsOf<UndoInput>('undo');
    expect(undo?.ticket).toEqual(act?.ticket);
    expect(await faultOf(run, undo as UndoInput)).toBeUndefined();
  });

  it('acts with a ticket that names who approved, and ends with the approval', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    const question = await asked(run);
    await run.say('approve', { digest: question, who: 'ada' });
    await run.report();
    const [act] = inputsOf<RemediateInput>('remediate');
    expect(await faultOf(run, act as RemediateInput)).toBeUndefined();
    expect(act?.ticket).toMatchObject({ approval: { question, who: ['ada'] } });
    expect(act?.ticket?.expiresAtMs).toBeLessThanOrEqual(act?.ticket?.approval?.untilMs ?? 0);
  });

  it('acts with the labels that a person approved, whatever a later delivery says', async () => {
    runbook.cluster.verify = [anActionable(approve)];
    const run = await runbook.start();
    const question = await asked(run);
    await run.signal('alert', { ...run.alert, labels: { ...run.alert.labels, tenant: 'another' } });
    await run.say('approve', { digest: question });
    await run.report();
    const [act] = inputsOf<RemediateInput>('remediate');
    expect(act?.alert.labels).toEqual(run.alert.labels);
    expect(await faultOf(run, act as RemediateInput)).toBeUndefined();
  });

  it('asks people again when the approval ended while the guard held the step', async () => {
    const spec = { ...approve.spec, approval: { expiresAfter: '1m' } };
    runbook.cluster.verify = [anActionable({ spec })];
    const run = await runbook.start();
    const first = await asked(run);
    runbook.rulesFail = true;
    await run.say('approve', { digest: first });
    await run.until(({ verdicts }) => verdicts.some(({ verdict }) => verdict === 'hold'));
    await runbook.sleep(minutes(3));
    runbook.rulesFail = false;
    await runbook.sleep(minutes(1));
    const { question } = await run.until((status) => status.question !== undefined && status.question.digest !== first);
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('approve', { digest: question?.digest });
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
    expect(inputsOf<RemediateInput>('remediate')).toMatchObject([
      { ticket: { approval: { question: question?.digest } } },
    ]);
  });

  it('acts on no other pod than the approved one when that was replaced while the guard held the step', async () => {
    const one = anActionable(approve);
    const other = anActionable({ ...approve, target: aTarget({ pod: 'checkout-2' }) });
    runbook.cluster.verify = [one, one, other];
    const run = await runbook.start();
    const question = await asked(run);
    runbook.rulesFail = true;
    await run.say('approve', { digest: question });
    await run.until(({ verdicts }) => verdicts.some(({ verdict }) => verdict === 'hold'));
    runbook.rulesFail = false;
    await runbook.sleep(minutes(1));
    const status = await run.until(isIn('Escalated'));
    expect(status).toMatchObject({ reason: 'targetReplaced' });
    expect(runbook.cluster.acts).toEqual([]);
    await run.say('abort');
    await run.report();
  });

  const refusals = [
    ['TICKET_INVALID', 'ticketInvalid'],
    ['POLICY_CHANGED', 'policyChanged'],
  ] as const;
  it.each(refusals)('that is refused with %s hands over, and its permit goes back', async (code, reason) => {
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.remediate = [new MendflowError(code, 'no')];
    const run = await runbook.start();
    expect(await run.until(isIn('Escalated'))).toMatchObject({ reason });
    expect(await runbook.guardState()).toMatchObject({ leases: [], acts: [] });
    await run.say('abort');
    await run.report();
  });

  it('that a person lets try again follows the policy in force', async () => {
    const changed = anActionable({ spec: { ...oncall, steps: [{ rolloutRestart: {}, within: '5m' }] } });
    runbook.cluster.verify = [anActionable({ spec: oncall }), changed];
    runbook.cluster.remediate = [new MendflowError('POLICY_CHANGED', 'no such step'), { summary: 'x', changed: true }];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await run.say('retry');
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
    expect(runbook.cluster.acts).toEqual(['evictPod', 'rolloutRestart']);
  });

  it('that is not allowed any more looks again, and ends as that look says', async () => {
    const optedOut = { kind: 'notActionable', reason: 'optedOut', detail: 'labelled out', verifiedAt: '' } as const;
    runbook.cluster.verify = [anActionable(), optedOut];
    runbook.cluster.remediate = [new MendflowError('NOT_ALLOWED', 'optedOut: labelled out')];
    const report = await (await runbook.start()).report();
    expect(report).toMatchObject({ outcome: 'notActionable', reason: 'optedOut' });
    expect(await runbook.guardState()).toMatchObject({ leases: [], acts: [] });
  });
});
