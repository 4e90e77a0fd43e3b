import { describe, expect, it } from '@jest/globals';
import { loadConfig } from '../../config/config.ts';
import { installationOf, markOf, otherInstallation } from '../../config/installation.ts';

const keyA = 'a'.repeat(40);
const keyB = 'b'.repeat(40);

const installation = (env: Record<string, string>) => installationOf(loadConfig({ env }));
const worker = (name: string, env: Record<string, string>, startedAtMs = 1_000) =>
  `${name} ${markOf(installation(env), startedAtMs)}`;
const against = (ours: Record<string, string>, theirs: Record<string, string>) =>
  otherInstallation(installation(ours), [worker('worker-1/7', theirs)], 'shared')?.words;

describe('an installation', () => {
  it('is the same whatever limits and receivers its processes have', () => {
    const changed = { MENDFLOW_CLUSTER: 'prod', MENDFLOW_APPROVAL_KEY: keyA, MENDFLOW_MODE: 'Observe' };
    expect(against({ MENDFLOW_CLUSTER: 'prod', MENDFLOW_APPROVAL_KEY: keyA }, changed)).toBeUndefined();
  });

  it('is another one with another cluster, unless both have the same name', () => {
    expect(against({ MENDFLOW_CLUSTER: 'prod-a' }, { MENDFLOW_CLUSTER: 'prod-b' })).toContain('"prod-b"');
    const name = { MENDFLOW_INSTALLATION: 'company' };
    expect(against({ MENDFLOW_CLUSTER: 'a', ...name }, { MENDFLOW_CLUSTER: 'b', ...name })).toBeUndefined();
  });

  it('is another one with another approval key, although all else is left at its default', () => {
    const words = against({ MENDFLOW_APPROVAL_KEY: keyA }, { MENDFLOW_APPROVAL_KEY: keyB });
    expect(words).toContain('worker-1/7');
    expect(words).toContain('TEMPORAL_NAMESPACE');
    expect(words).toContain('MENDFLOW_INSTALLATION');
    expect(words).not.toContain(keyA);
    expect(words).not.toContain(keyB);
  });

  it('goes on while a process has no key yet, and beside workers that say nothing of theirs', () => {
    expect(against({ MENDFLOW_APPROVAL_KEY: keyA }, {})).toBeUndefined();
    expect(otherInstallation(installation({}), ['12@host'], 'shared')).toBeUndefined();
  });

  it('is the same through a chain of keys, so that a rotation need not wait until Temporal forgets the first worker', () => {
    const [first, both, last] = [keyA, `a:${keyA},b:${keyB}`, keyB].map((key) => ({ MENDFLOW_APPROVAL_KEY: key }));
    const listed = [worker('old', first ?? {}), worker('between', both ?? {})];
    expect(otherInstallation(installation(last ?? {}), listed, 'shared')).toBeUndefined();
    expect(otherInstallation(installation(last ?? {}), listed.slice(0, 1), 'shared')).toMatchObject({ wasFirst: true });
  });
});

describe('of two installations that started unseen', () => {
  const [a, b] = [{ MENDFLOW_CLUSTER: 'a' }, { MENDFLOW_CLUSTER: 'b' }];
  const seenBy = (ours: Record<string, string>, identities: string[]) =>
    otherInstallation(installation(ours), identities, 'shared');

  it('the one whose oldest worker is younger stops, whichever of them looks', () => {
    const listed = [worker('a-1', a, 5_000), worker('b-1', b, 2_000), worker('a-0', a, 1_000)];
    expect(seenBy(b, listed)).toMatchObject({ wasFirst: true, words: expect.stringContaining('stops') });
    expect(seenBy(a, listed)).toMatchObject({ wasFirst: false, words: expect.stringContaining('goes on') });
  });

  it('exactly one stops where both started in the same millisecond', () => {
    const listed = [worker('x', b), worker('y', a)];
    for (const order of [listed, listed.toReversed()]) {
      expect([seenBy(a, order)?.wasFirst, seenBy(b, order)?.wasFirst]).toEqual([true, false]);
    }
  });

  it('the one that does not see itself yet stops, and one that does not say since when goes on', () => {
    expect(seenBy(a, [worker('b-1', b)])).toMatchObject({ wasFirst: true });
    const unsaid = worker('b-1', b).replace(/ since=.*/, '');
    expect(seenBy(a, [worker('a-1', a), unsaid])).toMatchObject({ wasFirst: true });
  });
});
