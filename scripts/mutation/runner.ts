// A test runner for Stryker: the rules are pure, so one process can ask their tests thousands of times.
import { configureGlobal } from 'fast-check';
import { type KnownTest, loadTests, versionModules } from './environment.ts';
import { ruleTests } from './rule-tests.ts';

/** What the instrumented modules read and write; the name is Stryker's. */
interface Instrumentation {
  activeMutant?: string | undefined;
  currentTestId?: string | undefined;
  hitCount?: number | undefined;
  hitLimit?: number | undefined;
  mutantCoverage?: unknown;
}

interface MutantRun {
  activeMutant: { id: string };
  mutantActivation: 'runtime' | 'static';
  testFilter?: string[];
  hitLimit?: number;
  disableBail: boolean;
}

const instrumentation: Instrumentation = {};
(globalThis as { __stryker__?: Instrumentation }).__stryker__ = instrumentation;

interface TestResult {
  id: string;
  name: string;
  timeSpentMs: number;
  status: 0 | 1;
  failureMessage?: string;
}

async function runTest({ id, name, run }: KnownTest): Promise<TestResult> {
  const startedMs = performance.now();
  const spent = () => performance.now() - startedMs;
  instrumentation.currentTestId = id;
  try {
    await run();
    return { id, name, status: 0, timeSpentMs: spent() };
  } catch (error) {
    return { id, name, status: 1, timeSpentMs: spent(), failureMessage: String(error) };
  } finally {
    instrumentation.currentTestId = undefined;
  }
}

/** Loads the tests at most once for mutants that act at run time; a static one needs modules of its own. */
class RuleTests {
  #version = 0;
  #clean: Promise<KnownTest[]> | undefined;

  clean(): Promise<KnownTest[]> {
    this.#clean ??= this.fresh();
    return this.#clean;
  }
  fresh(): Promise<KnownTest[]> {
    this.#version += 1;
    return loadTests(ruleTests(), this.#version);
  }
}

function createRunner() {
  const tests = new RuleTests();
  return {
    capabilities: () => ({ reloadEnvironment: true }),
    async init() {
      versionModules(process.cwd());
      // The same cases each time, and no search for the smallest one: that it fails is enough.
      configureGlobal({ seed: 1, endOnFailure: true });
    },
    async dryRun() {
      const results: TestResult[] = [];
      for (const test of await tests.clean()) results.push(await runTest(test));
      return { status: 'complete', tests: results, mutantCoverage: instrumentation.mutantCoverage };
    },
    async mutantRun({ activeMutant, mutantActivation, testFilter, hitLimit, disableBail }: MutantRun) {
      const activate = () => {
        instrumentation.activeMutant = activeMutant.id;
        instrumentation.hitCount = hitLimit === undefined ? undefined : 0;
        instrumentation.hitLimit = hitLimit;
      };
      try {
        if (mutantActivation === 'static') activate();
        const known = await (mutantActivation === 'static' ? tests.fresh() : tests.clean());
        activate();
        return await judge(
          known.filter(({ id }) => testFilter?.includes(id) ?? true),
          disableBail,
        );
      } catch (error) {
        // A module that cannot even be loaded is noticed by every test.
        return { status: 'killed', killedBy: [], failureMessage: String(error), nrOfTests: 0 };
      } finally {
        instrumentation.activeMutant = undefined;
      }
    },
  };
}

async function judge(tests: readonly KnownTest[], disableBail: boolean) {
  const killedBy: string[] = [];
  let failureMessage = '';
  let nrOfTests = 0;
  for (const test of tests) {
    nrOfTests += 1;
    const result = await runTest(test);
    if (result.status === 0) continue;
    killedBy.push(test.id);
    failureMessage ||= result.failureMessage ?? '';
    if (!disableBail) break;
  }
  if (killedBy.length === 0) return { status: 'survived', nrOfTests };
  return { status: 'killed', killedBy, failureMessage, nrOfTests };
}
createRunner.inject = [] as const;

/** Read by Stryker: the runner by the name that stryker.config.mjs gives. */
export const strykerPlugins = [{ kind: 'TestRunner', name: 'rules', factory: createRunner }];
