/** How many tests ended how. */
export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
}

/** Nothing counted yet. */
export const noTests: Tally = { passed: 0, failed: 0, skipped: 0 };

/** The sum of two counts. */
export const plus = (a: Tally, b: Tally): Tally => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
});

/** The plain last line of every run of tests: `12 passed, 0 failed, 1 skipped`. */
export const tallyLine = ({ passed, failed, skipped }: Tally): string =>
  `${passed} passed, ${failed} failed, ${skipped} skipped`;

interface JestResult {
  numPassedTests: number;
  numFailedTests: number;
  numPendingTests: number;
  numTodoTests: number;
  testResults: { name: string; status: string; assertionResults: { fullName: string; status: string }[] }[];
}

const isFailed = (test: { status: string }) => test.status === 'failed';

/** Files that failed without a failed test: they could not be run, or broke after their tests. */
const brokenFiles = (result: JestResult) =>
  result.testResults.filter((file) => isFailed(file) && !file.assertionResults.some(isFailed));

/** Counts jest's JSON result; a file that failed without a failed test counts as one. */
export function tallyOf(result: JestResult): Tally {
  return {
    passed: result.numPassedTests,
    failed: result.numFailedTests + brokenFiles(result).length,
    skipped: result.numPendingTests + result.numTodoTests,
  };
}

const namesOf = (result: JestResult, ...statuses: readonly string[]): string[] =>
  result.testResults
    .flatMap((file) => file.assertionResults)
    .filter((test) => statuses.includes(test.status))
    .map((test) => test.fullName);

/** Full names of the tests that jest skipped. */
export const skippedNames = (result: JestResult): string[] => namesOf(result, 'pending', 'todo');

/** Full names of the tests that failed, and paths of the files that failed without one. */
export const failedNames = (result: JestResult): string[] => [
  ...namesOf(result, 'failed'),
  ...brokenFiles(result).map((file) => file.name),
];

export type { JestResult };
