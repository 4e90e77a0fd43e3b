import { describe, expect, it } from '@jest/globals';
import { applyEffects, type GuardState } from '../../../domain/guard/state.ts';
import { clustersKept, clustersOfSender, unknownClusterNotice } from '../../../domain/guard/unknown-clusters.ts';
import { aGuardState, now } from '../../support/builders.ts';

const hours = (count: number) => count * 3_600_000;
/** As the guard does it: what is heard is noted, and people are told where it is time. */
const hear = (state: GuardState, cluster: string, atMs = now, sender = 'am') => {
  const heard = { cluster, sender, alerts: 3, atMs };
  const notice = unknownClusterNotice(state.unknownClusters, heard);
  return applyEffects(state, [
    { type: 'unknownCluster', ...heard, isTold: notice !== undefined },
    ...(notice === undefined ? [] : [{ type: 'noticed' as const, notice }]),
  ]);
};
const hearInTurn = (first: GuardState, clusters: string[], atMs = now, sender = 'am') =>
  clusters.reduce((state, cluster) => hear(state, cluster, atMs, sender), first);
const hearAll = (clusters: string[]) => hearInTurn(aGuardState(), clusters);

describe('an unknown cluster', () => {
  it('is one message, whatever the number of deliveries, and the alerts are counted', () => {
    const { notices, unknownClusters } = hearAll(Array(30).fill('prod-x'));
    expect(notices).toHaveLength(1);
    expect(notices[0]).toMatchObject({ kind: 'escalation', reason: 'foreignCluster' });
    expect(notices[0]?.summary).toContain('the unknown cluster prod-x');
    expect(unknownClusters).toEqual([
      { cluster: 'prod-x', sender: 'am', alerts: 90, sinceMs: now, lastMs: now, toldMs: now, incidentMs: now },
    ]);
  });

  it('is told again a day later', () => {
    const once = hear(aGuardState(), 'x');
    expect(hear(once, 'x', now + hours(24) - 1).notices).toHaveLength(1);
    expect(hear(once, 'x', now + hours(24)).notices).toHaveLength(2);
  });
});

describe('the unknown clusters of one sender', () => {
  const names = (count: number, prefix = 'c') => Array.from({ length: count }, (_, index) => `${prefix}${index}`);

  it('are one message, however many names it makes up', () => {
    const { notices } = hearAll(names(300));
    expect(notices.map(({ kind }) => kind)).toEqual(['escalation']);
    expect(notices[0]?.summary).toContain('the unknown cluster c0');
  });

  it('that came after the first are one update an hour later, of the same incident', () => {
    const many = hearAll(names(8));
    expect(hear(many, 'c9', now + hours(1) - 1).notices).toHaveLength(1);
    const later = hear(many, 'c9', now + hours(1));
    expect(later.notices).toMatchObject([
      { kind: 'escalation' },
      { kind: 'update', key: later.notices[0]?.key, occurrence: 1 },
    ]);
    expect(later.notices[1]?.summary).toContain('from am: c1, c2, c3, c4, c5 and 3 more.');
    // What was told is told, and what is new waits for its hour.
    expect(hearInTurn(later, [...names(8), 'c9', 'c10'], now + hours(2) - 1).notices).toHaveLength(2);
    expect(hear(later, 'c10', now + hours(2)).notices.at(-1)).toMatchObject({ kind: 'update', occurrence: 2 });
  });

  it('are told anew a day later, as an incident of its own', () => {
    const updated = hear(hearAll(['a', 'b']), 'b', now + hours(1));
    const { notices } = hearInTurn(updated, ['a', 'b', 'c'], now + hours(24));
    expect(notices.map(({ kind }) => kind)).toEqual(['escalation', 'update', 'escalation']);
    expect(notices[2]?.key).not.toBe(notices[0]?.key);
  });

  it('do not keep another sender’s from being told, whatever their number', () => {
    const { notices, unknownClusters } = hear(hearAll(names(300)), 'prod-x', now, 'other');
    expect(notices.at(-1)).toMatchObject({ kind: 'escalation', key: expect.stringContaining('unknownCluster/other/') });
    expect(notices.at(-1)?.summary).toContain('the unknown cluster prod-x');
    expect(unknownClusters).toHaveLength(clustersOfSender + 2);
  });

  it('beyond twenty are counted as one', () => {
    const { unknownClusters } = hearAll(names(300));
    expect(unknownClusters).toHaveLength(clustersOfSender + 1);
    expect(unknownClusters.find(({ cluster }) => cluster === '*')).toMatchObject({ alerts: 3 * 280 });
  });

  it('are fifty names of all senders at most', () => {
    const senders = names(10, 'sender-');
    const state = senders.reduce((before, sender) => hearInTurn(before, names(20, sender), now, sender), aGuardState());
    expect(state.unknownClusters).toHaveLength(clustersKept + 1);
  });
});
