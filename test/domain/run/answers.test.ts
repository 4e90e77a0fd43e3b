import { describe, expect, it } from '@jest/globals';
import { answersTo } from '../../../domain/run/answers.ts';

const question = {
  ...{ digest: 'd1', action: 'evictPod', params: {}, approvalsNeeded: 1, approvedBy: [] },
  ...{ askedAt: '2026-03-01T10:00:00Z', expiresAt: '2026-03-01T10:15:00Z' },
};

describe('the answers that a run takes', () => {
  it('say yes or no to exactly the question that is asked', () => {
    expect(answersTo({ question, phase: 'AwaitingApproval' })).toEqual([
      { verb: 'approve', digest: 'd1' },
      { verb: 'reject', digest: 'd1' },
    ]);
  });

  it('take note, try again or end it once a person is asked', () => {
    expect(answersTo({ phase: 'Escalated' })).toEqual(
      ['acknowledge', 'retry', 'abort', 'take-over'].map((verb) => ({ verb })),
    );
  });

  it('take note once only', () => {
    expect(answersTo({ phase: 'Escalated', acknowledgedBy: 'ada' })[0]).toEqual({ verb: 'retry' });
  });

  it('stop a run that is under way, and are none once it has ended', () => {
    expect(answersTo({ phase: 'Remediating' })).toEqual([{ verb: 'abort' }, { verb: 'take-over' }]);
    expect(answersTo({ phase: 'Closed' })).toEqual([]);
  });
});
