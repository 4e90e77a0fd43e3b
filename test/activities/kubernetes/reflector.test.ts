import { afterEach, describe, expect, it } from '@jest/globals';
import { type Following, reflect } from '../../../activities/kubernetes/reflector.ts';
import type { Call, Transport } from '../../../activities/kubernetes/transport.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import { eventually } from '../../../sandbox/process.ts';

interface Thing {
  metadata: { name: string; resourceVersion: string };
}
const thing = (name: string, resourceVersion: string): Thing => ({ metadata: { name, resourceVersion } });
const line = (type: string, object: object) => JSON.stringify({ type, object });
const page = (version: string, items: Thing[], next = '') => ({
  metadata: { resourceVersion: version, continue: next },
  items,
});
const status410 = { kind: 'Status', code: 410, message: 'too old resource version' };
const forgotten = () => new MendflowError('CONFLICT', 'GET /things: 410');
const away = () => new MendflowError('CLUSTER_UNAVAILABLE', 'GET /things: connection refused');

/** What a watch does after its lines. */
type End = 'ends' | 'is cut' | 'goes on';
const watching = (lines: string[], end: End) => ({ lines, end });
type Answer = object | Error;

let following: Following | undefined;
afterEach(() => following?.close());

/** Follows things on a server that gives these answers, in this order, and then keeps still. */
function followed(lists: Answer[], watches: (ReturnType<typeof watching> | Error)[], query?: Record<string, string>) {
  const calls: Call[] = [];
  const told: unknown[] = [];
  const waits: number[] = [];
  let contacts = 0;
  const transport: Pick<Transport, 'json' | 'lines'> = {
    async json<T>(call: Call) {
      calls.push(call);
      const answer = lists.shift() ?? away();
      if (answer instanceof Error) throw answer;
      return answer as T;
    },
    async lines(call, { signal }) {
      calls.push(call);
      const answer = watches.shift() ?? watching([], 'goes on');
      if (answer instanceof Error) throw answer;
      return linesOf(answer, signal);
    },
  };
  const read = (raw: unknown) => {
    const { name } = (raw as Thing).metadata;
    return name.startsWith('other') ? undefined : name;
  };
  const events = {
    replaced: (names: string[]) => told.push(names),
    set: (name: string) => told.push(`+${name}`),
    gone: (name: string) => told.push(`-${name}`),
    contact: () => {
      contacts += 1;
    },
    trouble: (error: MendflowError, retryInMs: number) => {
      waits.push(retryInMs);
      told.push(error.code);
    },
  };
  const pace = { firstWaitMs: 1, longestWaitMs: 16 };
  following = reflect(transport, { path: '/things', read, ...(query && { query }) }, events, pace);
  const queries = (what: 'list' | 'watch') =>
    calls.filter((call) => (call.query?.watch === 'true') === (what === 'watch')).map((call) => call.query ?? {});
  return { calls, told, waits, queries, contacts: () => contacts };
}

async function* linesOf({ lines, end }: ReturnType<typeof watching>, signal: AbortSignal) {
  yield* lines;
  if (end === 'is cut') throw new Error('other side closed');
  if (end === 'goes on') await new Promise((_, reject) => signal.addEventListener('abort', reject));
}

const reaches = async (told: unknown[], wanted: unknown[]) => {
  await eventually(async () => told.length >= wanted.length, 5_000);
  expect(told).toEqual(wanted);
};

describe('a reflector', () => {
  it('lists in pages and tells all of them at once, then tells every change', async () => {
    const { told, queries } = followed(
      [page('7', [thing('a', '1'), thing('b', '2')], 'more'), page('7', [thing('c', '3')])],
      [
        watching(
          [line('ADDED', thing('d', '8')), line('MODIFIED', thing('a', '9')), line('DELETED', thing('b', '10'))],
          'goes on',
        ),
      ],
    );
    await reaches(told, [['a', 'b', 'c'], '+d', '+a', '-b']);
    expect(queries('list').map((query) => query.continue)).toEqual([undefined, 'more']);
    expect(queries('watch')).toEqual([expect.objectContaining({ resourceVersion: '7', allowWatchBookmarks: 'true' })]);
  });

  it('holds nothing of objects that are not wanted', async () => {
    const { told } = followed(
      [page('7', [thing('a', '1'), thing('other', '2')])],
      [watching([line('ADDED', thing('other-too', '8')), line('ADDED', thing('b', '9'))], 'goes on')],
    );
    await reaches(told, [['a'], '+b']);
  });

  it('asks for what the selectors choose, in lists and in watches', async () => {
    const { calls } = followed([page('7', [])], [], { labelSelector: 'app=shop' });
    expect(await eventually(async () => calls.length === 2, 5_000)).toBe(true);
    expect(calls.map((call) => call.query?.labelSelector)).toEqual(['app=shop', 'app=shop']);
  });

  it.each(['is cut', 'ends'] as const)(
    'goes on from the last version it saw when a watch %s, bookmarks included',
    async (end) => {
      const { told, queries } = followed(
        [page('7', [])],
        [
          watching([line('ADDED', thing('a', '8'))], end),
          watching([line('BOOKMARK', thing('', '20'))], end),
          watching([line('ADDED', thing('b', '21'))], 'goes on'),
        ],
      );
      await reaches(told, [[], '+a', '+b']);
      expect(queries('list')).toHaveLength(1);
      expect(queries('watch').map((query) => query.resourceVersion)).toEqual(['7', '8', '20']);
    },
  );

  it.each([
    ['in the stream', watching([line('ERROR', status410)], 'ends')],
    ['as an answer', forgotten()],
  ])('lists anew when its version is forgotten, said %s', async (_, expired) => {
    const { told, queries } = followed([page('7', [thing('a', '1')]), page('30', [thing('b', '29')])], [expired]);
    await reaches(told, [['a'], ['b']]);
    expect(await eventually(async () => queries('watch').length === 2, 5_000)).toBe(true);
    expect(queries('watch').map((query) => query.resourceVersion)).toEqual(['7', '30']);
  });

  it('lists in one piece when the snapshot is forgotten between two pages', async () => {
    const { told, queries } = followed(
      [page('7', [thing('a', '1')], 'more'), forgotten(), page('9', [thing('b', '8')])],
      [],
    );
    await reaches(told, [['b']]);
    expect(queries('list').map((query) => query.limit)).toEqual([500, 500, undefined]);
  });

  it('tells nobody gone while the server is away, and waits longer and longer up to a bound', async () => {
    const { told, waits } = followed([page('7', [thing('a', '1')])], [away()]);
    expect(await eventually(async () => waits.length >= 8, 5_000)).toBe(true);
    expect(told.slice(0, 3)).toEqual([['a'], 'CLUSTER_UNAVAILABLE', 'CLUSTER_UNAVAILABLE']);
    expect(told.filter((what) => Array.isArray(what))).toHaveLength(1);
    expect(Math.max(...waits)).toBeLessThanOrEqual(16);
    expect(Math.min(...waits.slice(6))).toBeGreaterThanOrEqual(8);
  });

  it('lists anew when the server is back', async () => {
    const { told } = followed(
      [page('7', [thing('a', '1')]), away(), page('9', [thing('a', '1'), thing('b', '8')])],
      [away()],
    );
    await reaches(told, [['a'], 'CLUSTER_UNAVAILABLE', 'CLUSTER_UNAVAILABLE', ['a', 'b']]);
  });

  it('waits as long as the server asks for', async () => {
    const { waits } = followed([new MendflowError('RATE_LIMITED', 'slow down', { retryAfterMs: 60_000 })], []);
    expect(await eventually(async () => waits.length === 1, 5_000)).toBe(true);
    expect(waits).toEqual([60_000]);
  });

  it.each([
    [
      'an error that is not about versions',
      line('ERROR', { code: 500, message: 'etcd is away' }),
      'CLUSTER_UNAVAILABLE',
    ],
    ['a line that is not JSON', '{"type":', 'INTERNAL'],
    ['an object that the reader does not understand', line('ADDED', {}), 'INTERNAL'],
  ])('goes on with a new list after %s', async (_, bad, code) => {
    const { told } = followed([page('7', []), page('9', [thing('a', '8')])], [watching([bad], 'goes on')]);
    await reaches(told, [[], code, ['a']]);
  });

  it('tells of every sign of life', async () => {
    const { told, contacts } = followed(
      [page('7', [])],
      [watching([line('BOOKMARK', thing('', '8')), line('ADDED', thing('a', '9'))], 'goes on')],
    );
    await reaches(told, [[], '+a']);
    // The list, the watch that opened, and each of its lines.
    expect(contacts()).toBe(4);
  });

  it('tells nothing any more once it is closed', async () => {
    const { told, calls } = followed([page('7', [])], []);
    expect(await eventually(async () => calls.length === 2, 5_000)).toBe(true);
    await following?.close();
    expect(told).toEqual([[]]);
    expect(calls).toHaveLength(2);
  });
});
