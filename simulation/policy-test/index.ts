export { runInWords } from './facts.ts';
export type { PlayedRun } from './play.ts';
export type { CaseResult } from './run-case.ts';
export { readSuite, type Suite } from './suite.ts';
