import { describe, expect, it } from '@jest/globals';
import { MendflowError } from '../../domain/run/errors.ts';
import { anActionable } from '../support/builders.ts';
import type { Run } from '../support/run.ts';
import type { Runbook } from '../support/runbook.ts';
import { isIn, oncall } from '../support/script.ts';
import { useRunbook } from '../support/use-runbook.ts';

let runbook: Runbook;
useRunbook((opened) => {
  runbook = opened;
});

const budgets = new MendflowError('BUDGETS_CONFLICT', 'two budgets');

describe('a receiver that is away for longer than a message is tried', () => {
  it('is told when it is back, and until then the run says that it was not', async () => {
    let isAway = true;
    runbook.receivers.during = async () => {
      if (isAway) throw new MendflowError('RECEIVER_UNAVAILABLE', 'connection refused');
    };
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.remediate = [budgets];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    await runbook.sleep(40 * 60_000);
    expect((await run.status()).undelivered).toEqual([{ receiver: 'chat', why: 'connection refused' }]);
    expect(runbook.receivers.messages).toEqual([]);
    isAway = false;
    await runbook.sleep(6 * 60_000);
    expect(runbook.receivers.messages.sort()).toEqual(['chat:escalation', 'pager:escalation']);
    expect(await run.status()).not.toHaveProperty('undelivered');
    await run.say('abort');
  });
});

describe('a receiver that is away and asks to be left alone', () => {
  const hourMs = 3_600_000;
  let isAway = true;
  let tries = 0;

  async function escalated(retryAfterMs: number): Promise<Run> {
    isAway = true;
    tries = 0;
    runbook.receivers.during = async () => {
      tries += 1;
      if (isAway) throw new MendflowError('RECEIVER_UNAVAILABLE', 'chat answered 429', { retryAfterMs });
    };
    runbook.cluster.verify = [anActionable({ spec: oncall })];
    runbook.cluster.remediate = [budgets];
    const run = await runbook.start();
    await run.until(isIn('Escalated'));
    return run;
  }

  it('is left alone for so long, beyond the half hour that a message is tried in one go', async () => {
    const run = await escalated(2 * hourMs);
    await runbook.sleep(hourMs);
    // Once for each of the two receivers.
    expect(tries).toBe(2);
    isAway = false;
    await runbook.sleep(2 * hourMs);
    expect(runbook.receivers.messages.sort()).toEqual(['chat:escalation', 'pager:escalation']);
    await run.say('abort');
  });

  it('is given up after a day, and the run says so', async () => {
    const run = await escalated(5 * hourMs);
    await runbook.sleep(26 * hourMs);
    const said = (await run.status()).timeline.map(({ what }) => what);
    expect(said).toContain('chat could not be told for a day; the message (escalation) is given up');
    await run.say('abort');
  });
});
