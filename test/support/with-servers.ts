import { describe, it } from '@jest/globals';

/** Servers that cannot be had or do not start here, and why, as `npm test` found; none where jest is called by itself. */
const missing = JSON.parse(process.env.MENDFLOW_MISSING_SERVERS || '{}') as Record<string, string>;

/** Undefined where all of them are there. */
function reasonWithout(servers: readonly string[]): string | undefined {
  const reasons = new Set(servers.flatMap((name) => missing[name] ?? []));
  return reasons.size === 0 ? undefined : `(skipped: ${[...reasons].join('; ')})`;
}

/** `describe`; where one of the servers is missing its tests are skipped, and their names say why. */
export function describeWith(servers: readonly string[], name: string, tests: () => void): void {
  const reason = reasonWithout(servers);
  if (reason === undefined) describe(name, tests);
  else describe.skip(`${name} ${reason}`, tests);
}

/** `it`; where one of the servers is missing the test is skipped, and its name says why. */
export function itWith(servers: readonly string[], name: string, test: () => Promise<void> | void, timeoutMs?: number) {
  const reason = reasonWithout(servers);
  if (reason === undefined) it(name, test, timeoutMs);
  else it.skip(`${name} ${reason}`, test);
}
