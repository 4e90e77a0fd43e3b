import type { Names } from './names.ts';
import { withEntry } from './registry.ts';
import type { Scaffold } from './scaffold.ts';

const source = ({ camel }: Names) => `import { defineRule } from './rule.ts';

/** Begun without a rejection: say in one sentence why this rule is there. */
export const ${camel} = defineRule({
  name: '${camel}',
  statements: [],
  summary: 'Denies nothing yet: say in one sentence when it denies or holds.',
  reasons: [],
  settings: [],
  judge: () => undefined,
});
`;

const test = ({ camel, kebab }: Names) => `import { describe, expect, it } from '@jest/globals';
import { ${camel} } from '../../../../domain/guard/rules/${kebab}.ts';
import { aGuardInput } from '../../../support/builders.ts';

describe('${camel}', () => {
  it('has no rejection to a first, modest request', () => {
    expect(${camel}.judge(aGuardInput())).toBe(undefined);
  });
});
`;

/** A guard: its file and a unit test. Tests of the list ask for a case in which only it objects. */
export const guard: Scaffold = {
  kind: 'guard',
  summary: 'a rule that can refuse an act or make it wait',
  files: (names) => [
    { path: `domain/guard/rules/${names.kebab}.ts`, text: source(names) },
    { path: `test/domain/guard/rules/${names.kebab}.test.ts`, text: test(names) },
  ],
  registry: {
    path: 'domain/guard/rules/index.ts',
    withOne: (index, { camel, kebab }) =>
      withEntry(index, 'rules', { imported: `{ ${camel} }`, from: `./${kebab}.ts`, name: camel, place: 'last' }),
  },
  next: ({ kebab }) => [
    `fill in domain/guard/rules/${kebab}.ts, and add each new reason to domain/run/reasons.ts`,
    'move it to its place in domain/guard/rules/index.ts: the first rejection is the verdict, and denials come before holds',
    'add a case in which only it objects to test/domain/guard/rules/cases.ts, and its statement to docs/safety.md',
    'npm run generate',
    `npm test -- unit --testPathPatterns guard/rules`,
    'npm test -- simulation --testPathPatterns guards',
  ],
};
