import { describe, expect, it } from '@jest/globals';
import { table } from '../../bench/table.ts';

describe('a table', () => {
  it('aligns its first column left and the others right', () => {
    expect(
      table(
        ['', 'p50'],
        [
          ['mendflow', 83.14],
          ['bot', 7],
        ],
      ),
    ).toBe(['           p50', 'mendflow  83.1', 'bot          7'].join('\n'));
  });

  it('shows a figure that there is not as a dash', () => {
    expect(table(['', 'p50'], [['bot', Number.NaN]])).toBe(['     p50', 'bot    –'].join('\n'));
  });

  it('leaves no blanks at the end of a line', () => {
    expect(table(['', 'a', 'b'], [['row', 1, '']])).toBe(['     a  b', 'row  1'].join('\n'));
  });
});
