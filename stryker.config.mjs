import { readdirSync } from 'node:fs';

const besideGuards = ['act-history', 'decide', 'guard-state', 'storm'].map((name) => `domain/${name}.ts`);
const guards = readdirSync('domain/guards').map((name) => `domain/guards/${name}`);
/** What the tests of the rules read; nothing else is copied. */
const needed = ['activities', 'domain', 'node_modules', 'package.json', 'test'];

/** `npm run mutate`: changes the guard's rules, one change at a time, and asks their tests whether they notice. */
export default {
  mutate: [...guards, ...besideGuards],
  plugins: ['./scripts/mutation/runner.ts'],
  testRunner: 'rules',
  coverageAnalysis: 'perTest',
  concurrency: 2,
  ignorePatterns: readdirSync('.')
    .filter((name) => !needed.includes(name))
    .map((name) => `/${name}`),
  tempDirName: '.mendflow/mutation',
  reporters: ['clear-text', 'json'],
  jsonReporter: { fileName: '.mendflow/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
};
