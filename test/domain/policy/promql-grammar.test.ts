import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { queryFaults } from '../../../domain/policy/promql.ts';
import { refused, taken } from '../../support/promql-queries.ts';

const words = ['{{labels.a}}', '"{{pod}}"', '"x"', "'", '`', '\\', '#', '\n', '\r', '\u00a0', 'a=~'];

describe('a query that Prometheus would refuse', () => {
  it.each(refused)('%j is a fault: %s', (query, message) => {
    expect(queryFaults(query).map((fault) => fault.message)).toEqual([expect.stringContaining(message)]);
  });

  it.each(taken)('but never %j', (query) => {
    expect(queryFaults(query)).toEqual([]);
  });

  it('has a fault for each thing that is wrong, with its line and column', () => {
    const query = 'rate(m) > 1\n  and topk(n) > {a=~".*"}';
    expect(queryFaults(query).map((fault) => fault.message)).toEqual([
      'rate takes a range vector, not an instant vector (line 1, column 6)',
      'topk takes 2 arguments, not 1 (line 2, column 11)',
      'this selector would select every series (line 2, column 17)',
    ]);
  });

  it.each([
    ['m > bool 1', 'a comparison with bool returns 0 or 1, and either counts as a sample'],
    ['((m == bool on(a) n))', 'a comparison with bool'],
    ['scalar(m)', 'the query returns a number in any case, so the check would always hold'],
    ['1 > bool 2', 'a comparison with bool'],
    ['m[5m]', 'the query returns a range vector, which never counts as a sample'],
    ['m[5m:1m] offset 5m', 'the query returns a range vector'],
    ['"m"', 'the query returns a string'],
  ])('%s can be no check, although Prometheus reads it', (query, message) => {
    expect(queryFaults(query).map((fault) => fault.message)).toEqual([expect.stringContaining(message)]);
  });

  it('is not read where grammar and Prometheus differ: in a comment with a carriage return', () => {
    expect(queryFaults('m # a\r> 1').map((fault) => fault.message)).toEqual([
      'a carriage return ends this comment (line 1, column 3)',
    ]);
  });

  it('is not read when it is longer than a policy may hold', () => {
    expect(queryFaults(`m + ${'('.repeat(100_000)}`).map((fault) => fault.message)).toEqual([
      'the query is longer than 2000 characters; move a part of it into a recording rule',
    ]);
  });

  it.each([
    '(',
    '-',
    '()',
    '-)',
    'a[',
    'a{b="c"} ',
    'sum by (a) (',
    'm and ',
    '"',
    '{{',
    '{{pod}}',
    '{{labels.a}}',
    '1 + ',
  ])('is read in time that its length bounds: %s, again and again', (piece) => {
    const startedMs = performance.now();
    queryFaults(piece.repeat(2_000 / piece.length));
    queryFaults(`m{a=~"${piece.repeat(1_900 / piece.length)}"}`);
    expect(performance.now() - startedMs).toBeLessThan(1_000);
  });

  it('is read in bounded time whatever its pieces are', () => {
    const piece = fc.constantFrom(
      ...words,
      ...'()[]{}-+*/^%=!~<>@:.,0x5m',
      'sum ',
      'by ',
      'on ',
      'rate(',
      'offset ',
      '😀',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 6 }), (parts) => {
        const part = parts.join('');
        const startedMs = performance.now();
        for (const { message, fix } of queryFaults(part.repeat(Math.ceil(1_000 / part.length)).slice(0, 1_000))) {
          expect(`${message}${fix}`.length).toBeLessThan(1_000);
        }
        expect(performance.now() - startedMs).toBeLessThan(1_000);
      }),
      { numRuns: 100 },
    );
  });
});
