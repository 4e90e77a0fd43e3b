import { describe, expect, it } from '@jest/globals';
import { formatQuantity, parseQuantity } from '../../../domain/target/quantity.ts';

describe('a quantity of memory', () => {
  it.each([
    ['0', 0],
    ['128', 128],
    ['1k', 1_000],
    ['1Ki', 1_024],
    ['256Mi', 268_435_456],
    ['1.5Gi', 1_610_612_736],
    ['2G', 2_000_000_000],
    ['128974848000m', 128_974_848],
  ])('%s means %d bytes', (text, bytes) => {
    expect(parseQuantity(text)).toBe(bytes);
  });

  it.each(['', 'much', '-1Mi', '1 Mi', '1e3', '0x10', '1MiB', '.5Gi', 'Mi', '1K'])('"%s" is none', (text) => {
    expect(parseQuantity(text)).toBe(undefined);
  });

  it('is written in whole mebibytes, rounded up', () => {
    expect(formatQuantity(402_653_184)).toBe('384Mi');
    expect(formatQuantity(402_653_185)).toBe('385Mi');
  });
});
