import { afterAll, beforeAll, beforeEach, expect, jest } from '@jest/globals';
import { Runbook } from './runbook.ts';

/**
 * One runbook for the tests of a file; each test has a new cluster, with a guard that has seen nothing.
 *
 * The SDK's test server now and then loses a query on a machine that is busy: it never answers it, and skips no time from
 * then on. A test that met this is run once more, on a new server; what it said the first time is printed.
 */
export function useRunbook(take: (runbook: Runbook) => void): void {
  let runbook: Runbook | undefined;
  jest.setTimeout(30_000);
  jest.retryTimes(1, { logErrorsBeforeRetry: true, retryImmediately: true });
  let latest: string | undefined;
  const open = async () => {
    runbook = await Runbook.open();
    take(runbook);
  };
  beforeAll(open, 60_000);
  beforeEach(async () => {
    const { currentTestName } = expect.getState();
    if (currentTestName === latest) {
      await runbook?.close();
      await open();
    }
    latest = currentTestName;
    await runbook?.reset();
  }, 60_000);
  afterAll(() => runbook?.close());
}
