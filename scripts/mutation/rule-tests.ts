import { readdirSync } from 'node:fs';

const aside = /^(state-size|safety-page)\.test\.ts$/;
const beside = /^(act-history|decide|decide-[a-z]+|state|state-[a-z]+|storm)\.test\.ts$/;

/** Tests of the guard's rules, below the working directory; those of size and pages have nothing to say about a rule. */
export function ruleTests(): string[] {
  const guards = readdirSync('test/domain/guard/rules').filter(
    (name) => name.endsWith('.test.ts') && !aside.test(name),
  );
  const besides = readdirSync('test/domain/guard').filter((name) => beside.test(name));
  return [
    ...guards.map((name) => `test/domain/guard/rules/${name}`),
    ...besides.map((name) => `test/domain/guard/${name}`),
  ];
}
