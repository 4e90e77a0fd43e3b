import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Clock } from '../../../simulation/temporal/clock.ts';
import { quiet } from '../../../simulation/temporal/quiet.ts';

describe('virtual time', () => {
  it('does jobs in the order of their moments, and those of one moment in the order in which they came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(20), { maxLength: 60 }), async (moments) => {
        const clock = new Clock(0);
        const done: [number, number][] = [];
        moments.forEach((atMs, index) => {
          clock.at(atMs, () => done.push([atMs, index]));
        });
        await clock.runUntil(20);
        expect(done).toEqual(
          moments
            .map((atMs, index) => [atMs, index])
            .sort(([a, i], [b, j]) => (a ?? 0) - (b ?? 0) || (i ?? 0) - (j ?? 0)),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('stands at the moment of the job while the job and all that follows from it run', async () => {
    const clock = new Clock(0);
    const seen: number[] = [];
    clock.at(5, async () => {
      for (let turn = 0; turn < 10; turn++) await undefined;
      seen.push(clock.nowMs);
    });
    clock.at(9, () => seen.push(clock.nowMs));
    await clock.runUntil(100);
    expect(seen).toEqual([5, 9]);
    expect(clock.nowMs).toBe(100);
  });

  it('does what a job asks for within the time, and keeps the rest for later', async () => {
    const clock = new Clock(0);
    const done: string[] = [];
    clock.after(10, () => {
      clock.after(10, () => done.push('twenty'));
      clock.after(11, () => done.push('twenty-one'));
    });
    await clock.runUntil(20);
    expect(done).toEqual(['twenty']);
    expect(clock.nextMs).toBe(21);
  });

  it('leaves out what was cancelled', async () => {
    const clock = new Clock(0);
    const done: string[] = [];
    clock.cancel(clock.at(1, () => done.push('cancelled')));
    await clock.runUntil(5);
    expect(done).toEqual([]);
    expect(clock.nextMs).toBe(undefined);
  });

  it('does at once what is asked for too late', async () => {
    const clock = new Clock(50);
    const seen: number[] = [];
    clock.at(10, () => seen.push(clock.nowMs));
    await clock.runUntil(60);
    expect(seen).toEqual([50]);
  });

  it('stops with what a job throws, and when jobs start each other without end', async () => {
    const failing = new Clock(0);
    failing.at(1, () => {
      throw new Error('a bug');
    });
    await expect(failing.runUntil(5)).rejects.toThrow('a bug');
    const spinning = new Clock(0);
    const again = (): false => {
      spinning.after(0, again);
      return false;
    };
    again();
    await expect(spinning.runUntil(5)).rejects.toThrow('time stands still at 1970-01-01T00:00:00.000Z');
  });

  it('runs once at a time', async () => {
    const clock = new Clock(0);
    const first = clock.runUntil(5);
    await expect(clock.runUntil(6)).rejects.toThrow('time runs already');
    await first;
  });
});

describe('quiet', () => {
  it('comes after every promise that can go on has gone on, however long the chain', async () => {
    let turns = 0;
    const chain = async () => {
      for (let turn = 0; turn < 1_000; turn++) {
        await Promise.resolve();
        turns += 1;
      }
    };
    void chain();
    await quiet();
    expect(turns).toBe(1_000);
  });
});
