import { describe, expect, it } from '@jest/globals';
import { answerCommands } from '../../../domain/text/answer-commands.ts';

const id = 'remediation/default/PodCrashLooping/a1b2';
const question = {
  ...{ digest: 'd1', action: 'evictPod', params: {}, approvalsNeeded: 1, approvedBy: [] },
  ...{ askedAt: '2026-03-01T10:00:00Z', expiresAt: '2026-03-01T10:15:00Z' },
};

describe('the commands that answer a run', () => {
  it('say yes or no to exactly the question that is asked', () => {
    expect(answerCommands({ question, phase: 'AwaitingApproval' }, id)).toEqual([
      `mendflow approve ${id} --digest d1`,
      `mendflow reject ${id} --digest d1`,
    ]);
  });

  it('take note, try again or end it once a person is asked', () => {
    expect(answerCommands({ phase: 'Escalated' }, id)).toEqual(
      ['acknowledge', 'retry', 'abort', 'take-over'].map((verb) => `mendflow ${verb} ${id}`),
    );
  });

  it('take note once only', () => {
    expect(answerCommands({ phase: 'Escalated', acknowledgedBy: 'ada' }, id)[0]).toBe(`mendflow retry ${id}`);
  });

  it('stop a run that is under way, and are none once it has ended', () => {
    expect(answerCommands({ phase: 'Remediating' }, id)).toEqual([`mendflow abort ${id}`, `mendflow take-over ${id}`]);
    expect(answerCommands({ phase: 'Closed' }, id)).toEqual([]);
  });

  it('can be pasted whatever the alert is called', () => {
    const [command] = answerCommands({ phase: 'Escalated' }, "remediation/default/it's $HOME/a1b2");
    expect(command).toBe(`mendflow acknowledge 'remediation/default/it'\\''s $HOME/a1b2'`);
  });
});
