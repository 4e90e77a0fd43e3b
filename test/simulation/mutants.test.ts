import { describe, expect, it } from '@jest/globals';
import { invariants } from './invariants/index.ts';
import { play } from './search/play.ts';
import { livenessMutants } from './support/liveness-mutants.ts';
import { mutants as guardMutants } from './support/mutants.ts';

const mutants = [...guardMutants, ...livenessMutants];

describe('every statement can fail', () => {
  it.each(mutants)('$breaks fails when $plant', async ({ breaks, tamper, day }) => {
    const statement = invariants.filter(({ name }) => name === breaks);
    expect(statement).toHaveLength(1);
    const broken = async (planted: typeof tamper) => {
      const trace = await play(day, planted);
      return invariants.flatMap(({ name, broken }) => (broken(trace) === undefined ? [] : [name]));
    };
    expect(await broken({})).toEqual([]);
    expect(await broken(tamper)).toContain(breaks);
  });

  it('has a mutant', () => {
    const broken = new Set(mutants.map(({ breaks }) => breaks));
    expect(invariants.map(({ name }) => name).filter((name) => !broken.has(name))).toEqual([]);
  });
});
