import type { Names } from './names.ts';
import { withEntry } from './registry.ts';
import type { Scaffold } from './scaffold.ts';

const source = ({ camel, pascal, words }: Names) => `import type { AlertFault } from './fault-class.ts';

/** Begun as a class that only an alert shows: say in one sentence what is wrong when it shows. */
export const ${camel}: AlertFault = {
  about: 'alert',
  name: '${pascal}',
  showsAs: 'Say in one sentence how ${words} shows: an alert over a metric, verified by promql.',
  advice: 'Say in one sentence what people should know before they approve a step.',
  helps: ['evictPod'],
  never: [],
};
`;

const test = ({ camel, kebab, pascal }: Names) => `import { describe, expect, it } from '@jest/globals';
import { faultClasses } from '../../../domain/faults/index.ts';
import { ${camel} } from '../../../domain/faults/${kebab}.ts';

describe('${pascal}', () => {
  it('is one of the classes, and no action both helps and never helps', () => {
    expect(faultClasses).toContain(${camel});
    expect(${camel}.never.filter((action) => ${camel}.helps.includes(action))).toEqual([]);
  });
});
`;

/** A failure class: its file and a unit test. */
export const fault: Scaffold = {
  kind: 'fault',
  summary: 'a failure class: how it shows, what helps, what never does',
  files: (names) => [
    { path: `domain/faults/${names.kebab}.ts`, text: source(names) },
    { path: `test/domain/faults/${names.kebab}.test.ts`, text: test(names) },
  ],
  registry: {
    path: 'domain/faults/index.ts',
    withOne: (index, { camel, kebab }) =>
      withEntry(index, 'faultClasses', { imported: `{ ${camel} }`, from: `./${kebab}.ts`, name: camel, place: 'last' }),
  },
  next: ({ kebab }) => [
    `fill in domain/faults/${kebab}.ts; one that a status shows is a PodFault, or made by defineConditionFault`,
    'add real samples of that status to test/domain/faults/samples',
    'write a policy for it in policies/ with its tests, and an alert rule in deploy/monitoring where no status shows it',
    'npm run generate',
    `npm test -- unit --testPathPatterns faults/`,
  ],
};
