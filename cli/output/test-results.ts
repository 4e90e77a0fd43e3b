import { formatDuration } from '../../domain/text/duration.ts';
import { type CaseResult, type PlayedRun, runInWords } from '../../simulation/policy-test/index.ts';
import { type Terminal, toned } from '../terminal.ts';
import { indented } from './table.ts';
import { timelineInWords } from './timeline.ts';

/** The result of a test with the time that it took, in milliseconds. */
export interface TimedResult extends CaseResult {
  realMs: number;
}

const hasPassed = ({ mismatches }: CaseResult): boolean => mismatches.length === 0;

/** One line for a test that passes; for one that fails also each difference, and the story of each run. */
export function resultInWords(result: TimedResult, terminal: Pick<Terminal, 'isColored'>): string[] {
  const { policyCase, realMs } = result;
  const times = toned(terminal, 'dim', `(${formatDuration(policyCase.forMs)} in ${formatDuration(realMs)})`);
  if (hasPassed(result)) return [`  ${toned(terminal, 'green', 'ok')}    ${policyCase.name} ${times}`];
  const place = `${policyCase.file}:${policyCase.line}`;
  return [
    `  ${toned(terminal, 'red', 'FAIL')}  ${policyCase.name} ${times}`,
    ...indented([place, ...failureInWords(result)], ' '.repeat(8)),
  ];
}

/** Each difference with what was expected and what came, and the story of each run. */
export function failureInWords({ mismatches, played }: CaseResult): string[] {
  return [
    ...mismatches.flatMap(({ field, expected, actual }) => [
      field,
      ...indented([`expected  ${expected}`, `actual    ${actual}`]),
    ]),
    ...played.runs.flatMap((run) => [runInWords(run), ...indented(storyOf(run))]),
  ];
}

const storyOf = ({ view, startMs }: PlayedRun) => timelineInWords(view.status.timeline, startMs);

/** `2 files, 9 tests: 8 passed, 1 failed; 11h of virtual time in 0.4s`. */
export function summaryOf(results: readonly TimedResult[]): string {
  const files = new Set(results.map(({ policyCase }) => policyCase.file)).size;
  const passed = results.filter(hasPassed).length;
  const failed = results.length - passed;
  const sum = (of: (result: TimedResult) => number) => results.reduce((total, result) => total + of(result), 0);
  const times = `${formatDuration(sum(({ policyCase }) => policyCase.forMs))} of virtual time in ${formatDuration(sum(({ realMs }) => realMs))}`;
  const found = failed === 0 ? 'all passed' : `${passed} passed, ${failed} failed`;
  return `${many(files, 'file')}, ${many(results.length, 'test')}: ${found}; ${times}`;
}

const many = (count: number, what: string) => `${count} ${what}${count === 1 ? '' : 's'}`;

/** Everything that came of the tests, for scripts. */
export function resultsDocument(results: readonly TimedResult[]) {
  const failed = results.filter((result) => !hasPassed(result)).length;
  return {
    passed: results.length - failed,
    failed,
    tests: results.map((result) => ({
      file: result.policyCase.file,
      line: result.policyCase.line,
      name: result.policyCase.name,
      hasPassed: hasPassed(result),
      virtualMs: result.policyCase.forMs,
      realMs: result.realMs,
      mismatches: result.mismatches,
      runs: result.played.runs.map(({ view }) => ({ id: view.workflowId, ...view.status })),
      acts: result.played.acts,
      told: result.played.told,
    })),
  };
}
