import { describe, expect, it } from '@jest/globals';
import { scoreOf } from '../../scripts/mutate.ts';
import { ruleTests } from '../../scripts/mutation/rule-tests.ts';
import * as globals from '../../scripts/mutation/test-globals.ts';

describe('the mutation score', () => {
  const report = (...statuses: string[]) => ({
    files: { 'a.ts': { mutants: statuses.map((status) => ({ status })) }, 'b.ts': { mutants: [] } },
    thresholds: { break: 90 },
  });

  it('is the share of the changes that were noticed', () => {
    expect(scoreOf(report('Killed', 'Timeout', 'Survived', 'NoCoverage'))).toEqual({ score: 50, killed: 2, total: 4 });
  });

  it('leaves out what could not be tried', () => {
    expect(scoreOf(report('Killed', 'CompileError', 'RuntimeError', 'Ignored'))).toMatchObject({
      score: 100,
      total: 1,
    });
  });

  it('is nothing where nothing was changed', () => {
    expect(scoreOf(report()).score).toBe(0);
  });
});

describe('the stand-in for jest', () => {
  it('collects tests with their names and rows, and runs none of them', () => {
    const ran: unknown[][] = [];
    const note = (...row: unknown[]) => void ran.push(row);
    globals.collected.length = 0;
    globals.describe('a rule', () => {
      globals.it('objects', () => note());
      globals.describe('at its bound', () => {
        globals.it.each([[1, 'a'], [2]])('counts %i', note);
        globals.it.each(['x', { y: 1 }])('takes %j', note);
      });
    });
    expect(globals.collected.map(({ name }) => name)).toEqual([
      'a rule › objects',
      'a rule › at its bound › counts %i (1)',
      'a rule › at its bound › counts %i (2)',
      'a rule › at its bound › takes %j (1)',
      'a rule › at its bound › takes %j (2)',
    ]);
    expect(ran).toEqual([]);
    for (const { run } of globals.collected) run();
    expect(ran).toEqual([[], [1, 'a'], [2], ['x'], [{ y: 1 }]]);
  });

  it('goes on where a group failed to be read', () => {
    globals.collected.length = 0;
    const broken = () => {
      throw new Error('broken');
    };
    expect(() => globals.describe('a', broken)).toThrow('broken');
    globals.it('b', () => undefined);
    expect(globals.collected.map(({ name }) => name)).toEqual(['b']);
  });
});

it('the tests of the rules are those of the guards and of what lies beside them', () => {
  const files = ruleTests();
  expect(files).toEqual(
    expect.arrayContaining(['test/domain/guard/rules/zones.test.ts', 'test/domain/guard/decide.test.ts']),
  );
  expect(files).not.toContain('test/domain/guard/rules/state-size.test.ts');
});
