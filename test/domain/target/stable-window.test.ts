import { describe, expect, it } from '@jest/globals';
import { afterFailedRead, afterRead, isStable, type StableWindow } from '../../../domain/target/stable-window.ts';

const opened: StableWindow = { startedAtMs: 0, healthySinceMs: 1_000, restarts: { a: 1, b: 0 }, findings: [] };
const closed: StableWindow = { startedAtMs: 0, restarts: {}, findings: [] };
const healthy = (restarts: Record<string, number>) => ({ kind: 'healthy' as const, restarts });

describe('the stable window', () => {
  it('opens with the first healthy read and remembers the restarts', () => {
    expect(afterRead(closed, healthy({ a: 1 }), 5_000)).toEqual({
      ...closed,
      healthySinceMs: 5_000,
      restarts: { a: 1 },
    });
  });

  it('stays open while every read is healthy', () => {
    expect(afterRead(opened, healthy({ a: 1, b: 0 }), 5_000)).toBe(opened);
  });

  it('closes with a read that found something wrong', () => {
    const after = afterRead(opened, { kind: 'wrong', why: '2 of 3 pods are ready' }, 5_000);
    expect(after).toEqual({ ...closed, findings: ['2 of 3 pods are ready'] });
  });

  it('starts again when a pod restarted', () => {
    const restarts = { a: 2, b: 0 };
    const findings = ['a pod restarted 1 more times, so the stable time starts again'];
    expect(afterRead(opened, healthy(restarts), 5_000)).toEqual({
      ...{ startedAtMs: 0, healthySinceMs: 5_000, restarts, findings },
    });
  });

  it('stays open when a pod is new, and counts its restarts from then on', () => {
    const after = afterRead(opened, healthy({ a: 1, c: 4 }), 3_000);
    expect(after).toEqual({ ...opened, restarts: { a: 1, b: 0, c: 4 } });
    expect(afterRead(after, healthy({ a: 1, c: 5 }), 4_000).healthySinceMs).toBe(4_000);
  });

  it('remembers the restarts of a pod that is away for a while', () => {
    const away = afterRead(opened, healthy({ a: 1 }), 3_000);
    expect(afterRead(away, healthy({ a: 1, b: 2 }), 4_000).healthySinceMs).toBe(4_000);
  });

  it('is left as it was by a read that failed', () => {
    expect(afterFailedRead(opened, 'down')).toEqual({ ...opened, findings: ['down'] });
  });

  it('keeps the last ten different findings', () => {
    const texts = [...Array(12).keys()].flatMap((n) => [`finding ${n}`, `finding ${n}`]);
    const after = texts.reduce((window, why) => afterRead(window, { kind: 'wrong', why }, 0), closed);
    expect(after.findings).toEqual([...Array(10).keys()].map((n) => `finding ${n + 2}`));
  });

  it('is stable from its full length on', () => {
    expect(isStable(opened, 4_000, 4_999)).toBe(false);
    expect(isStable(opened, 4_000, 5_000)).toBe(true);
    expect(isStable(closed, 0, 5_000)).toBe(false);
  });

  it('survives being written down', () => {
    expect(JSON.parse(JSON.stringify(opened))).toEqual(opened);
  });
});
