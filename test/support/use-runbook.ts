import { afterAll, beforeAll, beforeEach, jest } from '@jest/globals';
import { Runbook } from './runbook.ts';

/** One runbook for the tests of a file; each test has a new cluster, with a guard that has seen nothing. */
export function useRunbook(take: (runbook: Runbook) => void): void {
  let runbook: Runbook | undefined;
  jest.setTimeout(30_000);
  beforeAll(async () => {
    runbook = await Runbook.open();
    take(runbook);
  }, 60_000);
  beforeEach(() => runbook?.reset());
  afterAll(() => runbook?.close());
}
