import { describe, expect, it } from '@jest/globals';
import type { Sighting } from '../../../domain/guard-state.ts';
import { correlated } from '../../../domain/guards/correlated.ts';
import { aGuardInput, aGuardState, aPermitRequest, now, surroundings } from '../../support/builders.ts';

const sighted = (count: number, traits: string[], given: Partial<Sighting> = {}): Sighting[] =>
  Array.from({ length: count }, (_, index) => ({
    workload: `shop/Deployment/${traits.join('+')}-${index}`,
    namespace: 'shop',
    atMs: now,
    traits,
    known: 40,
    ...given,
  }));
const judged = (alerting: Sighting[], traits: string[]) =>
  correlated.judge(
    aGuardInput({
      state: aGuardState({ alerting }),
      request: aPermitRequest({ surroundings: surroundings({ traits }) }),
    }),
  );

describe('correlated', () => {
  it('holds, as one incident, while most of the alerting workloads are on one node', () => {
    expect(judged([...sighted(6, ['node/n1']), ...sighted(2, ['node/n2'])], ['node/n1'])).toEqual({
      kind: 'hold',
      reason: 'correlatedCause',
      retryAfterMs: 120_000,
      detail: '6 of 8 alerting workloads share node/n1',
      incident: 'correlated/node/n1',
    });
  });

  it('needs three of four workloads, and four at least', () => {
    expect(judged([...sighted(5, ['node/n1']), ...sighted(2, ['node/n2'])], ['node/n1'])).toBeUndefined();
    expect(judged(sighted(3, ['node/n1']), ['node/n1'])).toBeUndefined();
    expect(judged(sighted(4, ['node/n1']), ['node/n1'])).toBeDefined();
  });

  it('lets a workload go on that does not share it', () => {
    expect(judged(sighted(6, ['node/n1']), ['node/n2'])).toBeUndefined();
    expect(judged(sighted(6, ['node/n1']), [])).toBeUndefined();
  });

  it('names what most of them share', () => {
    const alerting = [...sighted(4, ['image/app:2', 'node/n1']), ...sighted(1, ['image/app:2'])];
    expect(judged(alerting, ['node/n1', 'image/app:2'])?.incident).toBe('correlated/image/app:2');
  });

  it('names the first of two that are shared alike, so that they are one incident', () => {
    const alerting = sighted(4, ['node/n1', 'config/shop/settings']);
    expect(judged(alerting, ['node/n1', 'config/shop/settings'])?.incident).toBe('correlated/config/shop/settings');
    expect(judged(alerting, ['config/shop/settings', 'node/n1'])?.incident).toBe('correlated/config/shop/settings');
  });

  it('holds a workload that shares the second trait only', () => {
    const alerting = sighted(5, ['image/app:2', 'node/n1']);
    expect(judged(alerting, ['node/n1'])?.incident).toBe('correlated/node/n1');
  });

  it('leaves out of the count whom nobody looked at', () => {
    const unseen = sighted(40, []).map(({ known: _, ...sighting }) => sighting);
    expect(judged([...unseen, ...sighted(4, ['node/n1'])], ['node/n1'])?.detail).toBe(
      '4 of 4 alerting workloads share node/n1',
    );
  });
});
