import { describe, expect, it } from '@jest/globals';
import { failedNames, type JestResult, noTests, plus, skippedNames, tallyLine, tallyOf } from '../../scripts/tally.ts';

const aResult = (more: Partial<JestResult> = {}): JestResult => ({
  numPassedTests: 3,
  numFailedTests: 1,
  numPendingTests: 1,
  numTodoTests: 0,
  testResults: [
    {
      name: 'a.test.ts',
      status: 'failed',
      assertionResults: [
        { fullName: 'a holds', status: 'failed' },
        { fullName: 'a waits', status: 'pending' },
      ],
    },
  ],
  ...more,
});

describe('the tally', () => {
  it('counts what jest reports', () => {
    expect(tallyOf(aResult())).toEqual({ passed: 3, failed: 1, skipped: 1 });
  });

  it('counts a file that could not be run as one failed test', () => {
    const broken = { name: 'b.test.ts', status: 'failed', assertionResults: [] };
    expect(tallyOf(aResult({ numFailedTests: 0, testResults: [broken] })).failed).toBe(1);
  });

  it('counts a file that broke after its tests passed as one failed test, and names it', () => {
    const passing = { fullName: 'c holds', status: 'passed' };
    const result = aResult({
      numFailedTests: 0,
      testResults: [{ name: 'c.test.ts', status: 'failed', assertionResults: [passing] }],
    });
    expect(tallyOf(result).failed).toBe(1);
    expect(failedNames(result)).toEqual(['c.test.ts']);
    expect(failedNames(aResult())).toEqual(['a holds']);
  });

  it('names the tests that were skipped', () => {
    expect(skippedNames(aResult())).toEqual(['a waits']);
  });

  it('ends in a plain line', () => {
    expect(tallyLine(plus(tallyOf(aResult()), noTests))).toBe('3 passed, 1 failed, 1 skipped');
  });
});
