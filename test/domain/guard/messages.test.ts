import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { faultOfIncident } from '../../../domain/guard/incidents.ts';
import {
  faultOfRequests,
  pauseIn,
  releaseIn,
  resetIn,
  resumeIn,
  sightingsIn,
  truncatedIn,
  unknownClusterIn,
} from '../../../domain/guard/messages.ts';
import { applyEffects, emptyGuardState } from '../../../domain/guard/state.ts';
import { aPermitRequest, now } from '../../support/builders.ts';

const anything = fc.oneof(
  fc.anything(),
  fc.jsonValue(),
  fc.record(
    {
      requestId: fc.jsonValue(),
      outcome: fc.oneof(fc.constantFrom('healthy', 'returned'), fc.jsonValue()),
      actedAtMs: fc.jsonValue(),
      id: fc.jsonValue(),
      who: fc.jsonValue(),
      workload: fc.jsonValue(),
      cluster: fc.oneof(fc.string(), fc.jsonValue()),
      alerts: fc.oneof(fc.double(), fc.jsonValue()),
      key: fc.jsonValue(),
    },
    { requiredKeys: [] },
  ),
);

describe('a message to the guard', () => {
  it('of any shape is read without an error, and what comes of it is bounded', () => {
    fc.assert(
      fc.property(anything, (value) => {
        const pause = pauseIn(value, now);
        const sightings = sightingsIn(value, now);
        const unknown = unknownClusterIn(value, now);
        const effects = [
          { type: 'paused' as const, pause },
          { type: 'seen' as const, sightings },
          { type: 'truncated' as const, ...truncatedIn(value, now) },
          ...[resumeIn(value, now)].flatMap((resume) => (resume ? [{ type: 'resumed' as const, resume }] : [])),
          ...[resetIn(value, now)].flatMap((reset) => (reset ? [{ type: 'workloadReset' as const, reset }] : [])),
          ...[releaseIn(value, now)].flatMap((release) =>
            release ? [{ type: 'leaseClosed' as const, requestId: release.requestId, atMs: release.actedAtMs }] : [],
          ),
          ...(unknown ? [{ type: 'unknownCluster' as const, ...unknown, isTold: true }] : []),
        ];
        expect(typeof (faultOfRequests(value) ?? '')).toBe('string');
        expect(typeof (faultOfIncident(value) ?? '')).toBe('string');
        expect(JSON.stringify(applyEffects(emptyGuardState(), effects)).length).toBeLessThan(10_000);
      }),
      { numRuns: 2_000 },
    );
  });

  it('that pauses always pauses, even with nothing in it', () => {
    for (const value of [undefined, null, 'now', [], {}, { id: 7 }]) {
      expect(pauseIn(value, now)).toEqual({
        id: 'unnamed',
        who: 'an unnamed sender',
        why: 'the pause gives no reason',
        sinceMs: now,
      });
    }
  });

  it('that resumes or resets must say what', () => {
    for (const value of [undefined, null, {}, { id: '' }, { id: 1 }, []]) expect(resumeIn(value, now)).toBeUndefined();
    expect(resumeIn({ id: 'p', who: 'ada', why: 'done' }, now)).toEqual({
      id: 'p',
      who: 'ada',
      why: 'done',
      atMs: now,
    });
    expect(resetIn({ who: 'ada' }, now)).toBeUndefined();
    expect(resetIn({ workload: 'shop/Deployment/a' }, now)).toMatchObject({ who: 'an unnamed sender', why: '' });
  });

  it('speaks of the past: a time of the future is now', () => {
    const release = { requestId: 'r', outcome: 'healthy', actedAtMs: now + 1 };
    expect(releaseIn(release, now)?.actedAtMs).toBe(now);
    expect(releaseIn({ ...release, actedAtMs: now - 5 }, now)?.actedAtMs).toBe(now - 5);
    expect(sightingsIn([{ workload: 'a', namespace: 'n', atMs: now * 2 }], now)[0]?.atMs).toBe(now);
  });

  it('cannot say that the cluster was looked at', () => {
    const sighting = { workload: 'a', namespace: 'n', atMs: now, traits: ['node/x'], known: 1, alertname: 'A' };
    expect(sightingsIn([sighting], now)).toEqual([
      { workload: 'a', namespace: 'n', atMs: now, traits: [], alertname: 'A' },
    ]);
  });
});

describe('a list of requests', () => {
  const withField = (given: object) => [{ ...aPermitRequest(), ...given }];

  it('is taken as runs send it', () => {
    expect(faultOfRequests([aPermitRequest()])).toBeUndefined();
    expect(
      faultOfRequests(JSON.parse(JSON.stringify([aPermitRequest({ alertname: 'A', asksPerson: true })]))),
    ).toBeUndefined();
    expect(faultOfRequests([])).toBeUndefined();
  });

  it.each([
    [undefined, 'is no list'],
    [null, 'is no list'],
    [[null], '0 is no object'],
    [Array(101).fill({}), 'holds more than 100'],
    [withField({ requestId: 7 }), '0 requestId is no text'],
    [withField({ requestId: 'x'.repeat(301) }), '0 requestId is longer than 300 characters'],
    [withField({ leaseMs: 1e12 }), '0 leaseMs is no number from 1 to 172800000'],
    [withField({ leaseMs: Number.NaN }), '0 leaseMs is no number'],
    [withField({ target: { namespace: 'shop' } }), '0 target workload is no object'],
    [
      withField({ target: { ...aPermitRequest().target, workload: { kind: 'Job', namespace: 'a', name: 'a b,c' } } }),
      '0 target workload name is no name',
    ],
    ...[7, { toString: 'x' }, 'a b,c', 'x'.repeat(254)].map((workOf): [unknown, string] => [
      withField({
        target: { ...aPermitRequest().target, workload: { kind: 'Job', namespace: 'a', name: 'a', workOf } },
      }),
      '0 target workload workOf is',
    ]),
    [withField({ surroundings: null }), '0 surroundings is no object'],
  ])('%#: is refused otherwise, with the field', (value, fault) => {
    expect(faultOfRequests(value)).toContain(fault);
  });
});
