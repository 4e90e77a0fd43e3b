import { describe, expect, it } from '@jest/globals';
import { copiesAnnotation, copyOfAnnotation, touchAnnotation } from '../../../domain/run/contract.ts';
import {
  completedCopy,
  copiesMade,
  copyRefusal,
  firstNameOf,
  type JobFamily,
} from '../../../domain/target/job-copies.ts';
import type { Workload } from '../../../domain/target/workload.ts';
import { aCompleteJob, aFailedJob } from '../../activities/support/builders.ts';

const aCopy = (name: string, { token = 'run-0.0', copies = 1, of = aFailedJob() } = {}): Workload => ({
  ...of,
  ref: { ...of.ref, name, uid: `uid-${name}`, workOf: 'nightly-1' },
  annotations: { [copyOfAnnotation]: 'nightly-1', [copiesAnnotation]: String(copies), [touchAnnotation]: token },
});
const running = (): Workload => {
  const { progressFailure: _, ...job } = aFailedJob({ conditions: [] });
  return job;
};
const family = (changes: Partial<JobFamily> = {}): JobFamily => ({ job: aFailedJob(), copies: [], ...changes });
const step = { atMost: 1, token: 'run-1.0' };

describe('how often a Job was made again', () => {
  it('counts the copies that are there, and what they say of those before them', () => {
    expect(copiesMade(family(), 'run-1.0')).toBe(0);
    expect(copiesMade(family({ copies: [aCopy('a'), aCopy('b')] }), 'run-1.0')).toBe(2);
    expect(copiesMade(family({ copies: [aCopy('c', { copies: 3 })] }), 'run-1.0')).toBe(3);
    expect(copiesMade(family({ job: aCopy('c', { copies: 2 }) }), 'run-1.0')).toBe(2);
  });

  it('counts copies that are gone, by the note on the Job', () => {
    expect(copiesMade(family({ note: { token: 'run-0.0', copies: 2, last: 'b' } }), 'run-1.0')).toBe(2);
  });

  it('does not count what an earlier attempt of the same step did', () => {
    const own = { copies: [aCopy('a', { token: 'run-1.0' })], note: { token: 'run-1.0', copies: 1, last: 'a' } };
    expect(copiesMade(family(own), 'run-1.0')).toBe(0);
    expect(copyRefusal(family(own), step)).toBe(undefined);
  });

  it('takes a text that is no number for none', () => {
    const job = aFailedJob({ annotations: { [copiesAnnotation]: 'many' } });
    expect(copiesMade(family({ job }), 'run-1.0')).toBe(0);
  });
});

describe('another copy', () => {
  it('is made of a Job that has none', () => {
    expect(copyRefusal(family(), step)).toBe(undefined);
    expect(copyRefusal(family({ copies: [aCopy('a')] }), { ...step, atMost: 2 })).toBe(undefined);
  });

  it.each([
    ['the one before failed', { copies: [aCopy('a')] }, 'it was made again 1 times already, and failed again'],
    [
      'the one before is gone',
      { note: { token: 'run-0.0', copies: 1, last: 'a' } },
      'it was made again 1 times already, and its copy a is gone, so nobody can tell how it ended',
    ],
    ['one still runs', { copies: [aCopy('a', { of: running() })] }, 'its copy a still runs'],
  ])('is refused where %s', (_, changes, why) => {
    expect(copyRefusal(family(changes), step)).toBe(why);
  });
});

describe('the first Job', () => {
  it('is the Job itself, or the one that it is a copy of', () => {
    expect([firstNameOf(aFailedJob()), firstNameOf(aCopy('a'))]).toEqual(['nightly-1', 'nightly-1']);
    // An annotation that names no Job is not read into the reference.
    const odd = aFailedJob({ annotations: { [copyOfAnnotation]: '../other' } });
    expect(firstNameOf(odd)).toBe('nightly-1');
  });

  it('has nothing left to heal once a copy is complete', () => {
    expect(completedCopy([aCopy('a'), aCopy('b', { of: aCompleteJob() })])?.ref.name).toBe('b');
    expect(completedCopy([aCopy('a'), aCopy('b', { of: running() })])).toBe(undefined);
  });
});
