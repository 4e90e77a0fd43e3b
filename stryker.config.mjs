import { readdirSync } from 'node:fs';

const besideGuards = ['act-history', 'decide', 'state', 'storm'].map((name) => `domain/guard/${name}.ts`);
const guards = readdirSync('domain/guard/rules').map((name) => `domain/guard/rules/${name}`);
/** What the tests of the rules read; nothing else is copied. */
const needed = ['activities', 'domain', 'node_modules', 'package.json', 'test'];
const neededTests = ['activities', 'domain', 'support'];
const others = (folder, names) => {
  const left = readdirSync(folder).filter((name) => !names.includes(name));
  return left.map((name) => (folder === '.' ? `/${name}` : `/${folder}/${name}`));
};

/** `npm run mutate`: changes the guard's rules, one change at a time, and asks their tests whether they notice. */
export default {
  mutate: [...guards, ...besideGuards],
  plugins: ['./scripts/mutation/runner.ts'],
  testRunner: 'rules',
  coverageAnalysis: 'perTest',
  // A machine that is busy with other things is not a mutant that never ends.
  timeoutMS: 30_000,
  concurrency: 2,
  ignorePatterns: [...others('.', needed), ...others('test', neededTests)],
  tempDirName: '.mendflow/mutation',
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: '.mendflow/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};
