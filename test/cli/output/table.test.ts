import { describe, expect, it } from '@jest/globals';
import { type Column, fields, indented, table } from '../../../cli/output/table.ts';
import { ago, moment } from '../../../cli/output/times.ts';

interface Row {
  name: string;
  note?: string;
}
const columns: Column<Row>[] = [
  { head: 'NAME', cell: ({ name }) => name },
  { head: 'LONG', cell: () => 'x', isWide: true },
  { head: 'NOTE', cell: ({ note }) => note },
];

describe('a table', () => {
  it('is aligned, says - for nothing, and ends no line in spaces', () => {
    expect(table([{ name: 'a', note: 'first' }, { name: 'longer' }], columns)).toEqual([
      'NAME     NOTE',
      'a        first',
      'longer   -',
    ]);
  });

  it('is aligned by characters, not by code units', () => {
    expect(
      table(
        [
          { name: '😀😀😀😀😀', note: 'n' },
          { name: 'a', note: 'n' },
        ],
        columns,
      )[2],
    ).toBe('a       n');
  });

  it('shows wide columns only when asked', () => {
    expect(table([{ name: 'a' }], columns, true)[0]).toBe('NAME   LONG   NOTE');
  });

  it('of fields leaves out what is not known', () => {
    expect(indented(fields({ Name: 'a', Longer: undefined, Age: '5m' }))).toEqual(['  Name:  a', '  Age:   5m']);
    expect(fields({})).toEqual([]);
  });
});

describe('times', () => {
  const nowMs = Date.parse('2026-03-01T10:00:00Z');

  it('are shown with their distance', () => {
    expect(moment('2026-03-01T09:59:00.000Z', nowMs)).toBe('2026-03-01T09:59:00Z (1m ago)');
    expect(moment('2026-03-01T10:04:00Z', nowMs)).toBe('2026-03-01T10:04:00Z (in 4m)');
  });

  it('that lie in the future by a clock that is off are no negative age', () => {
    expect(ago('2026-03-01T10:00:05Z', nowMs)).toBe('0ms');
    expect(ago(undefined, nowMs)).toBe('-');
  });
});
