import { describe, expect, it } from '@jest/globals';
import { memoryOf, residentMegabytes } from '../../bench/memory.ts';

describe('the memory of a process', () => {
  it('is read in megabytes of a million bytes', () => {
    expect(residentMegabytes('Name:\tnode\nVmHWM:\t  300000 kB\nVmRSS:\t  125000 kB\n')).toBe(128);
  });

  it('is no figure where the system does not say', () => {
    expect(residentMegabytes('Name:\tnode\n')).toBeNaN();
    expect(memoryOf(-1)).toBeNaN();
  });
});
