import { describe, expect, it } from '@jest/globals';
import { secondsOf, spentSeconds } from '../../bench/processes.ts';

describe('the processor time of a process', () => {
  it('is its own in user and kernel mode, in seconds', () => {
    const stat = '4242 (node) S 1 4242 4242 0 -1 4194560 100 0 0 0 1250 250 7 7 20 0 11 0 500 1000 200';
    expect(spentSeconds(stat)).toBe(15);
  });

  it('is found behind a name with blanks and brackets', () => {
    expect(spentSeconds('7 (a (b) c) R 1 7 7 0 -1 0 0 0 0 0 100 50 0 0 20 0 1 0 0 0 0')).toBe(1.5);
  });

  it('is no figure where the system does not say', () => {
    expect(secondsOf(-1)).toBeNaN();
  });
});
