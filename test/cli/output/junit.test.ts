import { describe, expect, it } from '@jest/globals';
import { junitReport } from '../../../cli/output/junit.ts';
import type { TimedResult } from '../../../cli/output/test-results.ts';

const aResult = (name: string, mismatches: TimedResult['mismatches'] = []): TimedResult => ({
  policyCase: { file: 'a.test.yaml', line: 3, name } as TimedResult['policyCase'],
  played: { runs: [], acts: [], told: [], wrong: [] },
  mismatches,
  realMs: 12,
});

describe('a JUnit report', () => {
  it('has a suite for each file and a case for each test', () => {
    expect(junitReport([aResult('it heals')])).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites tests="1" failures="0" time="0.012">
<testsuite name="a.test.yaml" tests="1" failures="0" time="0.012">
<testcase classname="a.test.yaml" name="it heals" file="a.test.yaml" line="3" time="0.012"/>
</testsuite>
</testsuites>`);
  });

  it('says what failed, in text that XML can hold', () => {
    const report = junitReport([
      aResult('a < b & "c"\u0007', [{ field: 'acts', expected: 'none', actual: '<evictPod>' }]),
    ]);
    expect(report).toContain('name="a &lt; b &amp; &quot;c&quot;"');
    expect(report).toContain('<failure message="acts: expected none, actual &lt;evictPod&gt;">');
    expect(report).toContain('failures="1"');
  });
});
