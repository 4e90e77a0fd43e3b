import { failureInWords, type TimedResult } from './test-results.ts';

/** The results as JUnit XML, one suite for each file: what CI systems read. */
export function junitReport(results: readonly TimedResult[]): string {
  const byFile = Map.groupBy(results, ({ policyCase }) => policyCase.file);
  const suites = [...byFile].map(([file, members]) =>
    element('testsuite', { name: file, ...countsOf(members) }, members.map(testCase)),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${element('testsuites', countsOf(results), suites)}`;
}

function countsOf(results: readonly TimedResult[]) {
  const failures = results.filter(({ mismatches }) => mismatches.length > 0).length;
  const realMs = results.reduce((sum, result) => sum + result.realMs, 0);
  return { tests: results.length, failures, time: seconds(realMs) };
}

function testCase(result: TimedResult): string {
  const { policyCase, mismatches, realMs } = result;
  const { file, line, name } = policyCase;
  const [first] = mismatches;
  const failure =
    first === undefined
      ? []
      : [
          element(
            'failure',
            { message: `${first.field}: expected ${first.expected}, actual ${first.actual}` },
            failureInWords(result).map(escaped),
          ),
        ];
  return element('testcase', { classname: file, name, file, line, time: seconds(realMs) }, failure);
}

const seconds = (ms: number) => (ms / 1_000).toFixed(3);

function element(name: string, attributes: Record<string, string | number>, inner: readonly string[]): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`);
  const head = `<${name}${written.join('')}`;
  return inner.length === 0 ? `${head}/>` : `${head}>\n${inner.join('\n')}\n</${name}>`;
}

/** Signs that XML cannot hold are left out. */
const escaped = (text: string): string =>
  text
    .replace(/[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/gu, '')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;');
