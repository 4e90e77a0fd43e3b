import { describe, expect, it } from '@jest/globals';
import { controlPlane } from '../../../../domain/guard/rules/control-plane.ts';
import { defaultLimits } from '../../../../domain/guard/rules/rule.ts';
import { aGuardInput, aPermitRequest, surroundings } from '../../../support/builders.ts';

const well = { calls: 100, p99Ms: 20, serverErrors: 0, throttled: 0 };
const judged = (
  given: { vitals?: object; nodes?: { total: number; notReady: number; underPressure?: number } },
  limits = {},
) =>
  controlPlane.judge(
    aGuardInput({
      limits: { ...defaultLimits, controlPlane: { ...defaultLimits.controlPlane, ...limits } },
      request: aPermitRequest({
        surroundings: surroundings({
          vitals: { ...well, ...given.vitals },
          nodes: given.nodes ?? { total: 10, notReady: 0 },
        }),
      }),
    }),
  );
const saidOf = (given: Parameters<typeof judged>[0], limits = {}) => judged(given, limits)?.detail;

describe('controlPlane', () => {
  it.each([
    ['slow API server', { vitals: { p99Ms: 2_001 } }, 'the API server takes 2001 ms (p99)'],
    ['burst of server errors', { vitals: { serverErrors: 5 } }, '5 server errors in a minute'],
    ['throttling', { vitals: { throttled: 11 } }, '11 of 100 calls were throttled'],
    [
      'shortage on nodes',
      { nodes: { total: 8, notReady: 0, underPressure: 5 } },
      '5 of 8 nodes are not ready or under pressure',
    ],
    ['loss of nodes', { nodes: { total: 10, notReady: 4 } }, '4 of 10 nodes are not ready'],
  ])('holds through a %s', (_, given, detail) => {
    expect(judged(given)).toEqual({ kind: 'hold', reason: 'controlPlaneDegraded', retryAfterMs: 30_000, detail });
  });

  it.each([
    ['an API server at two seconds', { vitals: { p99Ms: 2_000 } }],
    ['four server errors', { vitals: { serverErrors: 4 } }],
    ['one call of ten throttled', { vitals: { throttled: 10 } }],
    ['three nodes of ten not ready', { nodes: { total: 10, notReady: 3 } }],
    ['three nodes of ten not ready or under pressure', { nodes: { total: 10, notReady: 1, underPressure: 2 } }],
    ['one node of two not ready: one is never enough', { nodes: { total: 2, notReady: 1 } }],
    ['a slow answer among too few calls to prove anything', { vitals: { calls: 19, p99Ms: 9_000 } }],
    ['throttling among too few calls', { vitals: { calls: 19, throttled: 19 } }],
    ['no call and no node at all', { vitals: { calls: 0, p99Ms: 0 }, nodes: { total: 0, notReady: 0 } }],
  ])('does not mind %s', (_, given) => {
    expect(judged(given)).toBeUndefined();
  });

  it('believes twenty calls, two nodes of three, and errors however few the calls', () => {
    expect(saidOf({ vitals: { calls: 20, p99Ms: 2_001 } })).toBe('the API server takes 2001 ms (p99)');
    expect(saidOf({ vitals: { calls: 20, throttled: 3 } })).toBe('3 of 20 calls were throttled');
    expect(saidOf({ nodes: { total: 3, notReady: 2 } })).toBe('2 of 3 nodes are not ready');
    expect(saidOf({ vitals: { calls: 5, serverErrors: 5 } })).toBe('5 server errors in a minute');
  });

  it('names every sign', () => {
    const given = { vitals: { p99Ms: 2_500.4, serverErrors: 7, throttled: 50 }, nodes: { total: 4, notReady: 2 } };
    expect(judged(given)?.detail).toBe(
      'the API server takes 2500 ms (p99); 7 server errors in a minute; 50 of 100 calls were throttled; 2 of 4 nodes are not ready',
    );
  });

  it('takes its bounds from the configuration', () => {
    const strict = { p99Ms: 10, serverErrors: 1, throttledPercent: 1, notReadyPercent: 10, minCalls: 1 };
    expect(saidOf({ vitals: { p99Ms: 11 } }, strict)).toBe('the API server takes 11 ms (p99)');
    expect(saidOf({ vitals: { p99Ms: 10, serverErrors: 1 } }, strict)).toBe('1 server errors in a minute');
    expect(saidOf({ vitals: { p99Ms: 10, throttled: 2 } }, strict)).toBe('2 of 100 calls were throttled');
    expect(saidOf({ vitals: { p99Ms: 10 }, nodes: { total: 10, notReady: 2 } }, strict)).toBe(
      '2 of 10 nodes are not ready',
    );
    expect(judged({ vitals: { p99Ms: 10, throttled: 1 }, nodes: { total: 20, notReady: 2 } }, strict)).toBeUndefined();
  });
});
