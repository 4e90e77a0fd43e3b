import { describe, expect, it } from '@jest/globals';
import { correlated } from '../../../../domain/guard/rules/correlated.ts';
import type { Sighting } from '../../../../domain/guard/state.ts';
import { aGuardInput, aGuardState, aPermitRequest, now, surroundings } from '../../../support/builders.ts';

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
      detail: '6 of 8 alerting workloads (75%) share node/n1, which 0% of all workloads have',
      incident: 'correlated/node/n1',
    });
  });

  it('needs three of four workloads, and four at least', () => {
    expect(judged([...sighted(5, ['node/n1']), ...sighted(2, ['node/n2'])], ['node/n1'])).toBeUndefined();
    expect(judged(sighted(3, ['node/n1']), ['node/n1'])).toBeUndefined();
    expect(judged(sighted(4, ['node/n1']), ['node/n1'])?.incident).toBe('correlated/node/n1');
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
      '4 of 4 alerting workloads (100%) share node/n1, which 0% of all workloads have',
    );
  });
});

describe('correlated, where some namespaces are too small to count,', () => {
  const counted = (count: number) => sighted(count, ['node/n1'], { shares: [10] });
  const uncounted = (count: number) =>
    sighted(count, ['node/n1'], { shares: [], known: 1 }).map((one) => ({ ...one, workload: `small-${one.workload}` }));

  it('holds by the share that the others counted, where those are one of four at least', () => {
    expect(judged([...counted(2), ...uncounted(6)], ['node/n1'])?.detail).toBe(
      '8 of 8 alerting workloads (100%) share node/n1, which 10% of all workloads have',
    );
    expect(judged([...counted(1), ...uncounted(4)], ['node/n1'])).toBeUndefined();
  });

  it('does not hold where nobody counted how common it is', () => {
    expect(judged(uncounted(12), ['node/n1'])).toBeUndefined();
  });
});

describe('correlated, by what all workloads share,', () => {
  const inZone = (count: number, share: number) => sighted(count, ['zone/a'], { shares: [share] });
  const elsewhere = (count: number) => sighted(count, ['zone/b'], { shares: [50] });

  it('does not mind a zone that half of all workloads are in, and names both shares where it stands out', () => {
    expect(judged([...inZone(12, 50), ...elsewhere(4)], ['zone/a'])).toBeUndefined();
    expect(judged(inZone(7, 50), ['zone/a'])).toBeUndefined();
    expect(judged(inZone(8, 50), ['zone/a'])?.detail).toBe(
      '8 of 8 alerting workloads (100%) share zone/a, which 50% of all workloads have',
    );
  });

  it('needs the fewer workloads the rarer the trait is', () => {
    expect(judged(inZone(4, 33), ['zone/a'])).toBeUndefined();
    expect(judged(inZone(5, 33), ['zone/a'])?.detail).toBe(
      '5 of 5 alerting workloads (100%) share zone/a, which 33% of all workloads have',
    );
    expect(judged(inZone(4, 10), ['zone/a'])?.detail).toBe(
      '4 of 4 alerting workloads (100%) share zone/a, which 10% of all workloads have',
    );
  });

  it('needs a quarter more than all have, however many alert', () => {
    expect(judged(inZone(100, 75), ['zone/a'])?.detail).toBe(
      '100 of 100 alerting workloads (100%) share zone/a, which 75% of all workloads have',
    );
    expect(judged(inZone(100, 76), ['zone/a'])).toBeUndefined();
  });

  it('takes the mean of what the looks in different namespaces counted', () => {
    expect(
      judged(
        [...inZone(3, 100), ...inZone(3, 0).map((one) => ({ ...one, workload: `x/${one.workload}` }))],
        ['zone/a'],
      ),
    ).toBeUndefined();
  });
});
