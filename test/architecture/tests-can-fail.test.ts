// A test that no mistake can turn red is worse than none: it is counted. What can be seen from outside is refused here;
// an empty loop or property shows itself when it runs, because every test must assert (test/support/every-test-asserts.ts).
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { root, sourceFiles } from './source-files.ts';

interface JestConfig {
  projects: { displayName: string; setupFilesAfterEnv: string[] }[];
}
const { projects } = ((await import(join(root, 'jest.config.js'))) as { default: JestConfig }).default;

const tests = sourceFiles(['test', 'scripts']).filter(({ path }) => !path.endsWith('tests-can-fail.test.ts'));
const linesWith = (pattern: RegExp) =>
  tests.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
  );

describe('every test', () => {
  it('fails where it asserts nothing, in every layer', () => {
    const lacking = projects.filter(
      ({ setupFilesAfterEnv: files }) => !files.includes('<rootDir>/test/support/every-test-asserts.ts'),
    );
    expect(projects.length).toBeGreaterThan(5);
    expect(lacking.map(({ displayName }) => displayName)).toEqual([]);
  });

  it('says which error it expects: any other one would do for a bare toThrow', () => {
    expect(linesWith(/(?<!\.not)\.toThrow(Error)?\(\)/)).toEqual([]);
  });

  it('says which value it expects: any other one would do for toBeDefined or toBeTruthy', () => {
    const bare = linesWith(/\.(toBeDefined|toBeTruthy|toBeFalsy|not\.toBeUndefined|not\.toBeNull)\(\)/);
    // What it looks for is a text of any kind.
    expect(bare.filter((line) => !line.includes('pumpAgainst(source, flags)'))).toEqual([]);
  });

  it('runs: none is skipped, put off or run alone, but where a server cannot be had, which says so', () => {
    const skipped = linesWith(/\b(it|test|describe)\.(skip|only|todo|failing)\b|\b(xit|fit|xdescribe|fdescribe)\(/);
    expect(skipped.filter((line) => !line.startsWith('test/support/with-servers.ts:'))).toEqual([]);
  });
});
