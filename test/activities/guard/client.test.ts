import { beforeEach, describe, expect, it } from '@jest/globals';
import { type GuardClient, openGuardClient } from '../../../activities/guard/client.ts';
import type { Verdict } from '../../../domain/guard/permit.ts';
import { MendflowError } from '../../../domain/run/errors.ts';
import { aPermitRequest } from '../../support/builders.ts';
import { denied, FakeGuard } from '../support/fake-guard.ts';

const template = aPermitRequest();
const request = (requestId: string) => ({ ...template, requestId });
type Answers = { requestId: string; verdict: Verdict }[];

let guard: FakeGuard;
let client: GuardClient;
beforeEach(() => {
  guard = new FakeGuard();
  client = openGuardClient(guard.deps());
});

describe('a request to the guard', () => {
  it('goes to the guard at once', async () => {
    const asked = client.ask('north', request('a'));
    expect(guard.asked).toEqual([['north a']]);
    expect(await asked).toEqual(denied);
  });

  it('waits while another is under way, and then goes with all that waited', async () => {
    const first = Promise.withResolvers<Answers>();
    const answer = guard.answer;
    guard.answer = () => first.promise;
    const asked = ['a', 'b', 'c'].map((id) => client.ask('north', request(id)));
    expect(guard.asked).toEqual([['north a']]);
    guard.answer = answer;
    first.resolve([{ requestId: 'a', verdict: denied }]);
    expect(await Promise.all(asked)).toEqual([denied, denied, denied]);
    expect(guard.asked).toEqual([['north a'], ['north b', 'north c']]);
  });

  it('goes with forty-nine others at most', async () => {
    await Promise.all(Array.from({ length: 121 }, (_, index) => client.ask('north', request(`${index}`))));
    expect(guard.asked.map(({ length }) => length)).toEqual([1, 50, 50, 20]);
  });

  it('does not wait for those of another cluster', () => {
    guard.answer = () => new Promise(() => undefined);
    void client.ask('north', request('a'));
    void client.ask('south', request('b'));
    expect(guard.asked).toEqual([['north a'], ['south b']]);
  });

  it('hears its own verdict, in whatever order they come', async () => {
    const grant: Verdict = { kind: 'grant', grantedAtMs: 1, expiresAtMs: 2 };
    guard.answer = async (requests) =>
      requests.map(({ requestId }) => ({ requestId, verdict: requestId === 'b' ? grant : denied })).reverse();
    const asked = ['a', 'b', 'c'].map((id) => client.ask('north', request(id)));
    expect(await Promise.all(asked)).toEqual([denied, grant, denied]);
  });

  it('fails with all that went with it, and those that come after are asked', async () => {
    const first = Promise.withResolvers<Answers>();
    const answers = [first.promise, Promise.reject(new MendflowError('TEMPORAL_UNAVAILABLE', 'no answer'))];
    const answer = guard.answer;
    guard.answer = (requests) => answers.shift() ?? answer(requests);
    const asked = ['a', 'b', 'c'].map((id) => client.ask('north', request(id)));
    first.resolve([{ requestId: 'a', verdict: denied }]);
    const results = await Promise.allSettled(asked);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected']);
    for (const asks of asked.slice(1)) await expect(asks).rejects.toMatchObject({ code: 'TEMPORAL_UNAVAILABLE' });
    expect(await client.ask('north', request('d'))).toEqual(denied);
  });

  it('fails where the guard left it out, while the others hear theirs', async () => {
    const answer = guard.answer;
    guard.answer = (requests) => answer(requests.filter(({ requestId }) => requestId !== 'b'));
    const asked = ['a', 'b', 'c'].map((id) => client.ask('north', request(id)));
    await expect(asked[1]).rejects.toThrow('the guard did not answer request b');
    expect(await Promise.all([asked[0], asked[2]])).toEqual([denied, denied]);
  });
});

it('a release goes straight to its guard', async () => {
  await client.release('north', { requestId: 'a', outcome: 'returned' });
  expect(guard.released).toEqual(['north a']);
});
