import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { MendflowError } from '../domain/run/errors.ts';
import { loadSimulation } from '../simulation/index.ts';
import { readSuite, type Suite } from '../simulation/policy-test/index.ts';
import { exitCodes } from './exit-codes.ts';
import { withOutput } from './options.ts';
import { printDocument } from './output/document.ts';
import { junitReport } from './output/junit.ts';
import { resultInWords, resultsDocument, summaryOf, type TimedResult } from './output/test-results.ts';
import { printLines, type Terminal } from './terminal.ts';

interface TestOptions {
  output?: 'json' | 'junit';
  only?: string;
}

async function testPolicies(terminal: Terminal, paths: readonly string[], options: TestOptions): Promise<void> {
  const folders = paths.filter(isFolder);
  const files = paths.flatMap((path) => (isFolder(path) ? filesIn(path, isTestFile) : [path]));
  if (files.length === 0) throw new MendflowError('INVALID_REQUEST', `there is no *.test.yaml in ${paths.join(', ')}`);
  const suites = [...new Set(files)].map((file) => readSuite(file, (path) => readFileSync(path, 'utf8')));
  const faults = suites.flatMap((suite) => suite.faults);
  if (faults.length > 0) throw new MendflowError('INVALID_REQUEST', `the tests have faults:\n  ${faults.join('\n  ')}`);
  for (const path of untested(folders, suites)) terminal.say(`${path} has no tests`);
  const { only = '' } = options;
  const cases = suites.flatMap((suite) => suite.cases).filter(({ name }) => name.includes(only));
  if (cases.length === 0) throw new MendflowError('INVALID_REQUEST', `no test has "${only}" in its name`);

  const { runCase } = await loadSimulation();
  const results: TimedResult[] = [];
  for (const [index, policyCase] of cases.entries()) {
    const startedMs = terminal.now();
    const result = { ...(await runCase(policyCase)), realMs: terminal.now() - startedMs };
    results.push(result);
    if (options.output !== undefined) continue;
    if (policyCase.file !== cases[index - 1]?.file) terminal.print(policyCase.file);
    for (const line of resultInWords(result, terminal)) terminal.print(line);
  }
  if (options.output === 'json') await printDocument(terminal, 'json', resultsDocument(results));
  if (options.output === 'junit') printLines(terminal, junitReport(results));
  terminal.say(summaryOf(results));
  if (results.some(({ mismatches }) => mismatches.length > 0)) terminal.exitCode = exitCodes.failed;
}

const isTestFile = (name: string) => /\.test\.ya?ml$/.test(name);
const isPolicyFile = (name: string) => /\.ya?ml$/.test(name) && !isTestFile(name);

/** What is not there is read as a file, which says so. */
const isFolder = (path: string) => statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

const filesIn = (folder: string, isMeant: (name: string) => boolean): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter(isMeant)
    .sort()
    .map((name) => join(folder, name));

function untested(folders: readonly string[], suites: readonly Suite[]): string[] {
  const tested = suites.flatMap(({ policyFiles }) => policyFiles);
  return folders.flatMap((folder) => filesIn(folder, isPolicyFile)).filter((path) => !tested.includes(path));
}

/** `mendflow test`: plays the cases beside policies; exit code 1 when one fails, 2 when a file has faults. */
export function testCommand(terminal: Terminal): Command {
  const command = new Command('test')
    .description('Play the tests of policies (*.test.yaml) in virtual time, on a simulated cluster')
    .argument('<path...>', 'files of tests, or folders with *.test.yaml')
    .option('--only <text>', 'only tests with this text in their name');
  return withOutput(command, ['json', 'junit']).action((paths: string[], options: TestOptions) =>
    testPolicies(terminal, paths, options),
  );
}
