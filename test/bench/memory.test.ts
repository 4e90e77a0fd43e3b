import { describe, expect, it } from '@jest/globals';
import { memoryOf, residentMegabytes } from '../../bench/memory.ts';

describe('the memory of a process', () => {
  it('is read in megabytes of a million bytes', () => {
    expect(residentMegabytes('Name:\tnode\nVmHWM:\t  300000 kB\nVmRSS:\t  125000 kB\n')).toBe(128);
  });

  it('is the most that there ever was when that is asked for', () => {
    expect(residentMegabytes('VmHWM:\t  250000 kB\nVmRSS:\t  125000 kB\n', 'VmHWM')).toBe(256);
  });

  it('is no figure where the system does not say', () => {
    expect(residentMegabytes('Name:\tnode\n')).toBeNaN();
    expect(memoryOf(-1)).toBeNaN();
  });
});
