import { describe, expect, it } from '@jest/globals';
import { firing, runIdOf } from '../../../bench/alerts.ts';
import type { ListedRun } from '../../../bench/runs.ts';
import { judge, mostWithin } from '../../../bench/storm/judge.ts';
import type { Delivery } from '../../../bench/storm/sender.ts';

const alert = firing({ alertname: 'PodCrashLooping', pod: 'a-1' }, 0);
const workflowId = runIdOf(alert, 'sandbox');
const held: Delivery = {
  batch: { alerts: [alert], body: '', dueMs: 0 },
  attempts: [{ sentAtMs: 5, answeredAtMs: 9, status: 202 }],
  fate: 'held',
};
const aRun = (given: Partial<ListedRun> = {}): ListedRun => ({
  ...{ workflowId, runId: 'r1', events: 8, startedAtMs: 10, closedAtMs: 20, status: 'COMPLETED', phase: 'Closed' },
  ...given,
});
const { closedAtMs: _, ...open } = aRun({ status: 'RUNNING' });

describe('an alert of the storm', () => {
  const fateOf = (runs: ListedRun[], delivery = held) => judge([delivery], runs, 'sandbox')[0]?.fate;

  it('is closed by exactly one run that ended well', () => {
    expect(judge([held], [aRun()], 'sandbox')).toEqual([{ workflowId, fate: 'closed', sentAtMs: 5, run: aRun() }]);
  });

  it.each([
    ['lost without a run', 'lost', []],
    ['lost when its run broke', 'lost', [aRun({ status: 'TERMINATED' })]],
    ['doubled with a second run', 'doubled', [aRun(), aRun({ runId: 'r2' })]],
    ['handed over while its run waits for a person', 'handedOver', [{ ...open, phase: 'Escalated' }]],
    ['undecided while its run works', 'undecided', [{ ...open, phase: 'AwaitingPermit' }]],
    ['lost when only another alert has a run', 'lost', [aRun({ workflowId: 'another' })]],
  ] as const)('is %s', (_, fate, runs) => {
    expect(fateOf([...runs])).toBe(fate);
  });

  it.each(['dropped', 'givenUp'] as const)('is undelivered when its batch was %s, whatever runs there are', (fate) => {
    expect(fateOf([aRun()], { ...held, fate })).toBe('undelivered');
  });
});

describe('the most moments within a window', () => {
  it.each([
    ['none', [], 0],
    ['one', [7], 1],
    ['all that are near', [1, 2, 3], 3],
    ['not one that is a whole window older', [0, 100], 1],
    ['the densest part, whatever the order', [500, 0, 90, 560, 599, 300], 3],
  ])('counts %s', (_, times, most) => {
    expect(mostWithin(times, 100)).toBe(most);
  });
});
