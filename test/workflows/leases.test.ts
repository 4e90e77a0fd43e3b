import { describe, expect, it } from '@jest/globals';
import { MendflowError } from '../../domain/run/errors.ts';
import { anActionable, aTarget, minutes } from '../support/builders.ts';
import type { Run } from '../support/run.ts';
import type { Runbook } from '../support/runbook.ts';
import { faultGone, isIn, oncall } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

const approve = { mode: 'Approve', ...oncall };
const unreadable = new MendflowError('PERMISSION_DENIED', 'pods cannot be listed');

/** A run that waits for a person, and holds its lease meanwhile. */
async function asking(): Promise<Run> {
  runbook.cluster.verify = [anActionable({ spec: approve }), ...runbook.cluster.verify.slice(1)];
  const run = await runbook.start();
  await run.until(isIn('AwaitingApproval'));
  expect((await runbook.guardState()).leases).toHaveLength(1);
  return run;
}

async function approved(): Promise<Run> {
  const run = await asking();
  await run.say('approve', { digest: (await run.status()).question?.digest });
  return run;
}

describe('no lease stays behind, and nothing counts as done,', () => {
  const waysOut: [name: string, play: () => Promise<Run>][] = [
    [
      'when the look after the approval fails',
      async () => {
        runbook.cluster.verify.push(unreadable);
        return approved();
      },
    ],
    [
      'when the fault is gone after the approval',
      async () => {
        runbook.cluster.verify.push(faultGone);
        return approved();
      },
    ],
    [
      'when the object is another one after the approval',
      async () => {
        const pod = { kind: 'Pod', namespace: 'shop', name: 'checkout-1', uid: 'uid-new' };
        runbook.cluster.verify.push(anActionable({ spec: approve, target: { ...aTarget(), pod } }));
        return approved();
      },
    ],
    [
      'when a person says no',
      async () => {
        const run = await asking();
        await run.say('reject', { digest: (await run.status()).question?.digest });
        return run;
      },
    ],
    [
      'when nobody answers in time',
      async () => {
        const run = await asking();
        // The question expires after 15 minutes. The run looks at the cluster a minute later: what is said in that very moment
        // the SDK's test server loses on a busy machine.
        await runbook.sleep(minutes(15.5));
        return run;
      },
    ],
    [
      'when a person aborts while another is asked',
      async () => {
        const run = await asking();
        await run.say('abort');
        return run;
      },
    ],
    [
      'when Temporal cancels the run',
      async () => {
        const run = await asking();
        await run.cancel();
        return run;
      },
    ],
    [
      'when the act is refused',
      async () => {
        runbook.cluster.remediate = [new MendflowError('PERMISSION_DENIED', 'no')];
        return approved();
      },
    ],
  ];
  it.each(waysOut)('%s', async (_, play) => {
    const run = await play();
    await runbook.untilGuard(({ leases }) => leases.length === 0);
    expect((await runbook.guardState()).acts).toEqual([]);
    if ((await run.status()).phase !== 'Closed') await run.say('abort').catch(() => undefined);
    await run.report().catch(() => undefined);
  });

  it('so that another try of the run does not cool down', async () => {
    // Not an unreadable cluster: about that another run of this file speaks already.
    const broken = new MendflowError('INTERNAL', 'a fault of ours');
    runbook.cluster.verify.push(broken, anActionable({ spec: approve }));
    const run = await approved();
    await run.until(isIn('Escalated'));
    await run.say('retry');
    const second = await run.until((status) => status.question !== undefined);
    expect(second.timeline).not.toContainEqual(expect.objectContaining({ reason: 'coolingDown' }));
    await run.say('approve', { digest: second.question?.digest });
    expect(await run.report()).toMatchObject({ outcome: 'remediated' });
  });
});

describe('a lease of an act that may have happened', () => {
  it('counts as spent when the run is aborted meanwhile', async () => {
    let run: Run | undefined;
    runbook.cluster.duringRemediate = async () => {
      await run?.say('abort');
    };
    run = await runbook.start();
    expect(await run.report()).toMatchObject({ outcome: 'aborted' });
    await runbook.untilGuard(({ leases, acts }) => leases.length === 0 && acts.length === 1);
  });
});
