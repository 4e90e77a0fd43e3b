import { describe, it } from '@jest/globals';

/** Servers of which `npm test` found that they cannot be had or do not start here; none where jest is called by itself. */
const missing = (process.env.MENDFLOW_MISSING_SERVERS ?? '').split(',').filter((name) => name !== '');

const absent = (servers: readonly string[]) => servers.filter((name) => missing.includes(name));

const because = (lacking: readonly string[]) => `(skipped: ${lacking.join(', ')} cannot be had or does not start here)`;

/** `describe`; where one of the servers is missing its tests are skipped, and their names say why. */
export function describeWith(servers: readonly string[], name: string, tests: () => void): void {
  const lacking = absent(servers);
  if (lacking.length === 0) describe(name, tests);
  else describe.skip(`${name} ${because(lacking)}`, tests);
}

/** `it`; where one of the servers is missing the test is skipped, and its name says why. */
export function itWith(servers: readonly string[], name: string, test: () => Promise<void> | void, timeoutMs?: number) {
  const lacking = absent(servers);
  if (lacking.length === 0) it(name, test, timeoutMs);
  else it.skip(`${name} ${because(lacking)}`, test);
}
