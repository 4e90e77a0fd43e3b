import { describe, expect, it } from '@jest/globals';
import { labelsField } from '../../../domain/policy/label-field.ts';

const faultsOf = (labels: Record<string, string>) =>
  labelsField()
    .safeParse(labels)
    .error?.issues.map(({ message }) => message) ?? [];

describe('labels of a policy', () => {
  it.each([
    { team: 'payments' },
    { 'mendflow.dev/remediation': 'disabled' },
    { 'a.b-c.example/Team_1.x': '' },
    { [`${'a'.repeat(63)}.example.com/${'n'.repeat(63)}`]: 'v'.repeat(63) },
  ])('%j can stand on an object', (labels) => {
    expect(faultsOf(labels)).toEqual([]);
  });

  it.each([
    [{ '': 'x' }, 'is no label key'],
    [{ 'a/b/c': 'x' }, 'is no label key'],
    [{ '/b': 'x' }, 'is no label key'],
    [{ 'a/': 'x' }, 'is no label key'],
    [{ 'Example.com/team': 'x' }, 'is no label key'],
    [{ ['n'.repeat(64)]: 'x' }, 'is no label key'],
    [{ [`${'a.'.repeat(127)}a/team`]: 'x' }, 'is no label key'],
    [{ team: 'two words' }, 'must be a label value'],
    [{ team: 'v'.repeat(64) }, 'must be a label value'],
    [Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`l${index}`, 'x'])), 'at most 50 labels'],
  ])('%j can stand on none, so it would never be found', (labels, message) => {
    expect(faultsOf(labels as Record<string, string>).join()).toContain(message);
  });
});
