import { describe, expect, it } from '@jest/globals';
import { configFields } from '../../config/fields.ts';

describe('the table of fields', () => {
  it('has one variable per field, and none twice', () => {
    const variables = configFields.flatMap(({ env }) => env ?? []);
    expect(new Set(variables).size).toBe(variables.length);
    const inTheFileOnly = configFields.filter(({ env }) => env === undefined).map(({ path }) => path);
    expect(inTheFileOnly).toEqual(['guard.budgets', 'guard.freezes', 'actions.endpoints', 'receivers']);
  });

  it('describes every field in a sentence', () => {
    for (const { path, description } of configFields) expect(`${path}: ${description}`).toMatch(/: .{15,}\.$/);
  });

  it('marks every field as secret whose name says so', () => {
    const named = configFields.filter(({ path }) => /token|key|secret|password/i.test(path));
    expect(named.map(({ path }) => path)).toEqual([
      'temporal.apiKey',
      'api.intakeTokens',
      'api.tokens',
      'watcher.token',
      'approval.key',
    ]);
    expect(named.every(({ isSecret }) => isSecret === true)).toBe(true);
  });
});
