import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { emptyGuardState } from '../../domain/guard-state.ts';
import { guardLink, guardPause } from '../../worker/guard-link.ts';
import { aGuardState, aPermitRequest, now } from '../support/builders.ts';

/** Of Temporal's client what the link uses; what is said to a workflow is noted. */
class FakeClient {
  said: unknown[][] = [];
  state: unknown = emptyGuardState();
  fault: Error | undefined;
  deadlines: number[] = [];
  connection = {
    withDeadline: (deadlineMs: number, work: () => Promise<unknown>) => {
      this.deadlines.push(deadlineMs);
      return work();
    },
  };
  workflow = {
    getHandle: (id: string) => ({
      executeUpdate: (name: string, options: object) => this.#hear([id, 'update', name, options], ['verdicts']),
      signal: (name: string, argument: unknown) => this.#hear([id, 'signal', name, argument], undefined),
      query: (name: string) => this.#hear([id, 'query', name], this.state),
    }),
  };
  async #hear(words: unknown[], answer: unknown) {
    this.said.push(words);
    if (this.fault !== undefined) throw this.fault;
    return answer;
  }
}

let client: FakeClient;
let link: ReturnType<typeof guardLink>;
beforeEach(() => {
  client = new FakeClient();
  link = guardLink(client as unknown as Client);
});

const request = aPermitRequest();
const release = { requestId: 'a', outcome: 'returned' as const };

describe('the link to a guard', () => {
  it('asks by update, reads by query, and tells by signal', async () => {
    expect(await link.decide('north', [request])).toEqual(['verdicts']);
    await link.release('north', release);
    await link.saw('south', []);
    expect(await link.state('north')).toEqual(emptyGuardState());
    expect(client.said).toEqual([
      ['guard/north', 'update', 'decide', { args: [[request]] }],
      ['guard/north', 'signal', 'releasePermit', release],
      ['guard/south', 'signal', 'sightings', []],
      ['guard/north', 'query', 'state'],
    ]);
  });

  it('gives every call a deadline', async () => {
    const startedMs = Date.now();
    await Promise.all([link.decide('n', []), link.release('n', release), link.saw('n', []), link.state('n')]);
    expect(client.deadlines.filter((deadlineMs) => deadlineMs > startedMs)).toHaveLength(4);
  });

  it.each([
    ['decide', () => link.decide('n', []), 'no answer from guard/n: gone wrong'],
    ['release', () => link.release('n', release), 'no word to guard/n: gone wrong'],
    ['saw', () => link.saw('n', []), 'no word to guard/n: gone wrong'],
    ['state', () => link.state('n'), 'no state of guard/n: gone wrong'],
  ])('says that Temporal is unavailable when %s fails', async (_, call, message) => {
    client.fault = new Error('gone wrong');
    await expect(call()).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE', message });
  });

  it('says when the guard does not run', async () => {
    client.fault = new WorkflowNotFoundError('not found', 'guard/n', undefined);
    await expect(link.state('n')).rejects.toThrow('no state of guard/n: it does not run');
  });
});

describe('whether a guard is paused', () => {
  it('is in its state, with the first who paused it', async () => {
    expect(await guardPause(link, 'n')).toBeUndefined();
    const pause = (who: string) => ({ id: who, who, why: 'migration', sinceMs: now });
    client.state = aGuardState({ pauses: [pause('ada'), pause('bob')] });
    expect(await guardPause(link, 'n')).toBe('paused by ada: migration');
  });

  it('is not known where it cannot be asked', async () => {
    client.fault = new Error('no route');
    await expect(guardPause(link, 'n')).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  });
});
