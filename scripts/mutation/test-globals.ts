// Stands for @jest/globals while the rules are mutated: a thousand runs in one process, where jest would start anew each time.
import { createRequire } from 'node:module';

/** One test of a file, with the names of what it stands in. */
export interface CollectedTest {
  name: string;
  run: () => unknown;
}

/** The tests of the files imported so far, in their order. */
export const collected: CollectedTest[] = [];
const names: string[] = [];

/** Groups tests; its body runs at once. */
export function describe(name: string, body: () => void): void {
  names.push(name);
  try {
    body();
  } finally {
    names.pop();
  }
}

type Body = (...row: never[]) => unknown;

/** Collects a test; nothing runs yet. */
export function it(name: string, run: Body): void {
  collected.push({ name: [...names, name].join(' › '), run: run as () => unknown });
}

/** One test a row; a row that is a list gives the arguments one by one. */
it.each = (rows: readonly unknown[]) => (name: string, run: Body) => {
  for (const [index, row] of rows.entries()) {
    const values = (Array.isArray(row) ? row : [row]) as never[];
    it(`${name} (${index + 1})`, () => run(...values));
  }
};

const ofJest = createRequire(createRequire(import.meta.url).resolve('@jest/globals'));
/** The very matchers that jest uses. */
export const expect: unknown = (ofJest('@jest/expect') as { jestExpect: unknown }).jestExpect;
