// `npm run check`: everything CI runs. Every step runs even when an earlier one failed; each counts as one test.
import { join } from 'node:path';
import { root, runStep, tool } from './step.ts';
import { noTests, plus, type Tally, tallyLine } from './tally.ts';
import { runTests } from './test.ts';

const node = process.execPath;

const steps: readonly { name: string; command: readonly string[] }[] = [
  { name: 'format and lint', command: [node, tool('biome'), 'ci', '--error-on-warnings', '--colors=off', '.'] },
  { name: 'types', command: [node, tool('tsc'), '-p', '.'] },
  { name: 'typed lint', command: [node, tool('eslint'), '.'] },
  { name: 'imports', command: [node, tool('depcruise'), '--output-type', 'err', '.'] },
  { name: 'unused code', command: [node, tool('knip'), '--no-config-hints'] },
  { name: 'lockfile', command: [node, join(root, 'scripts', 'complete-lockfile.mjs'), '--check'] },
  { name: 'generated files', command: [node, join(root, 'scripts', 'generate-reference.ts'), '--check'] },
];

async function runChecks(): Promise<Tally> {
  let tally = noTests;
  for (const { name, command } of steps) {
    console.log(`\n== ${name}`);
    const { code, elapsedS } = await runStep(name, command);
    console.log(`${name}: ${code === 0 ? 'ok' : `FAILED (code ${code})`}, ${elapsedS} s`);
    tally = plus(tally, { ...noTests, [code === 0 ? 'passed' : 'failed']: 1 });
  }
  return tally;
}

const tally = plus(await runChecks(), process.argv.includes('--no-tests') ? noTests : await runTests([]));
console.log(`\n${tallyLine(tally)}`);
process.exitCode = tally.failed > 0 ? 1 : 0;
