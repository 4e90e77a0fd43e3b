import { beforeEach, describe, expect, it } from '@jest/globals';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { guardConnection, guardPause } from '../../../activities/guard/client.ts';
import { emptyGuardState } from '../../../domain/guard/state.ts';
import { aGuardState, aPermitRequest, now } from '../../support/builders.ts';

/** Of Temporal's client what the connection uses; what is said to a workflow is noted. */
class FakeClient {
  said: unknown[][] = [];
  state: unknown = emptyGuardState();
  fault: Error | undefined;
  deadlines: number[] = [];
  withDeadline<T>(deadlineMs: number, work: () => Promise<T>): Promise<T> {
    this.deadlines.push(deadlineMs);
    return work();
  }
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
let connection: ReturnType<typeof guardConnection>;
beforeEach(() => {
  client = new FakeClient();
  connection = guardConnection(client as unknown as Client);
});

const request = aPermitRequest();
const release = { requestId: 'a', outcome: 'returned' as const };

describe('the connection to a guard', () => {
  it('asks by update, reads by query, and tells by signal', async () => {
    expect(await connection.decide('north', [request])).toEqual(['verdicts']);
    await connection.release('north', release);
    await connection.saw('south', []);
    expect(await connection.state('north')).toEqual(emptyGuardState());
    expect(client.said).toEqual([
      ['guard/north', 'update', 'decide', { args: [[request]] }],
      ['guard/north', 'signal', 'releasePermit', release],
      ['guard/south', 'signal', 'sightings', []],
      ['guard/north', 'query', 'state'],
    ]);
  });

  it('gives every call a deadline', async () => {
    const startedMs = Date.now();
    await Promise.all([
      connection.decide('n', []),
      connection.release('n', release),
      connection.saw('n', []),
      connection.state('n'),
    ]);
    expect(client.deadlines.filter((deadlineMs) => deadlineMs > startedMs)).toHaveLength(4);
  });

  it.each([
    ['decide', () => connection.decide('n', []), 'no answer from guard/n: gone wrong'],
    ['release', () => connection.release('n', release), 'could not signal guard/n: gone wrong'],
    ['saw', () => connection.saw('n', []), 'could not signal guard/n: gone wrong'],
    ['refused', () => connection.refused('n', { atMs: 1 }), 'could not signal guard/n: gone wrong'],
    [
      'incident',
      () => connection.incident('n', { key: 'clusterUnavailable', workflowId: 'r' }),
      'no answer from guard/n: gone wrong',
    ],
    ['state', () => connection.state('n'), 'could not read the state of guard/n: gone wrong'],
  ])('says that Temporal is unavailable when %s fails', async (_, call, message) => {
    client.fault = new Error('gone wrong');
    await expect(call()).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE', message });
  });

  it('says when the guard does not run', async () => {
    client.fault = new WorkflowNotFoundError('not found', 'guard/n', undefined);
    await expect(connection.state('n')).rejects.toThrow('could not read the state of guard/n: it does not run');
  });
});

describe('the memory of a guard', () => {
  const runs = [
    { runId: 'oldest', startTime: new Date(now) },
    { runId: 'own', startTime: new Date(now + 3) },
    { runId: 'unrestored', startTime: new Date(now + 2) },
    { runId: 'older', startTime: new Date(now + 1) },
  ];
  const recallWith = (memories: Record<string, unknown>) => {
    const queries: unknown[] = [];
    const workflow = {
      list: (options: { query: string }) => {
        queries.push(options.query);
        return (async function* () {
          yield* runs;
        })();
      },
      getHandle: (_: string, runId: string) => ({ query: async () => memories[runId] }),
    };
    const withDeadline = (_: number, work: () => Promise<unknown>) => work();
    const given = { withDeadline, workflow } as unknown as Client;
    return { queries, recalled: guardConnection(given).recall('north', 'own') };
  };
  const paused = (id: string) => ({ type: 'paused', pause: { id, who: 'ada', why: 'x', sinceMs: now } });

  it('is of the latest run before it that had one, and of what later runs heard', async () => {
    const state = aGuardState();
    const { recalled, queries } = recallWith({
      unrestored: { isRestored: false, heard: [paused('b')] },
      older: { isRestored: true, state },
    });
    expect(await recalled).toEqual({ kind: 'found', runId: 'older', state, heard: [paused('b')] });
    expect(queries).toEqual(["WorkflowId = 'guard/north'"]);
  });

  it('is none where no run before it had one', async () => {
    const heard = (id: string) => ({ isRestored: false, heard: [paused(id)] });
    const { recalled } = recallWith({ oldest: heard('a'), older: heard('b'), unrestored: heard('c') });
    expect(await recalled).toEqual({ kind: 'first', heard: [paused('a'), paused('b'), paused('c')] });
  });
});

describe('whether a guard is paused', () => {
  it('is in its state, with the first who paused it', async () => {
    expect(await guardPause(connection, 'n')).toBeUndefined();
    const pause = (who: string) => ({ id: who, who, why: 'migration', sinceMs: now });
    client.state = aGuardState({ pauses: [pause('ada'), pause('bob')] });
    expect(await guardPause(connection, 'n')).toBe('paused by ada: migration');
  });

  it('is not known where it cannot be asked', async () => {
    client.fault = new Error('no route');
    await expect(guardPause(connection, 'n')).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
  });
});
