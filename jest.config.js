const swc = ['@swc/jest', { jsc: { target: 'es2024', parser: { syntax: 'typescript' } }, module: { type: 'es6' } }];

/** Layers of tests, from the fastest to the slowest; `npm test` runs them all. */
const layer = (name, folders, options = {}) => ({
  displayName: name,
  rootDir: import.meta.dirname,
  testMatch: folders.map((folder) => `<rootDir>/test/${folder}/**/*.test.ts`),
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': swc },
  setupFilesAfterEnv: ['<rootDir>/test/support/every-test-asserts.ts'],
  ...options,
});

export default {
  projects: [
    layer('unit', [
      'domain',
      'config',
      'telemetry',
      'api',
      'activities',
      'cli',
      'sandbox',
      'worker',
      'watcher',
      'scripts',
      'bench',
      'architecture',
      'deploy',
    ]),
    layer('workflows', ['workflows']),
    // Recorded histories against the workflows of today; no server is needed for that.
    layer('replay', ['replay']),
    // The real workflows and activities, on a Temporal of ours in virtual time.
    layer('simulation', ['simulation'], {
      moduleNameMapper: {
        '^@temporalio/(workflow|activity)$': '<rootDir>/simulation/temporal/$1.ts',
      },
    }),
    // The tests of the workflows once more, on that Temporal.
    layer('workflows-simulated', ['workflows'], {
      moduleNameMapper: {
        '^@temporalio/(workflow|activity)$': '<rootDir>/simulation/temporal/$1.ts',
        '^\\./test-temporal\\.ts$': '<rootDir>/test/support/simulated-temporal.ts',
      },
    }),
    layer('contract', ['contract']),
    layer('integration', ['integration']),
    // Attacks against the running product, one file each.
    layer('hostile', ['hostile']),
    layer('chaos', ['chaos']),
  ],
};
