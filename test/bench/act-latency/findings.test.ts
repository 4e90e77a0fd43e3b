import { describe, expect, it } from '@jest/globals';
import type { Act } from '../../../bench/act-latency/acts.ts';
import { findingsOf, isExact } from '../../../bench/act-latency/findings.ts';
import { printed } from '../../../bench/act-latency/print.ts';
import type { Contender, Sent } from '../../../bench/act-latency/sample.ts';
import { aSeenRun } from './a-seen-run.ts';

const sent = (contender: Contender, index: number, more: Partial<Sent> = {}): Sent => ({
  contender,
  workload: `${contender}-${index}`,
  pod: `${contender}-${index}-abc-xyz`,
  isWarmUp: false,
  sentAtMs: 1_000,
  answeredAtMs: 1_010,
  status: 202,
  busyBefore: 0.1,
  ...more,
});

const actOn = ({ pod }: Sent, latencyMs: number): Act => ({
  user: 'someone',
  kind: 'eviction',
  namespace: 'bench',
  pod,
  receivedAtMs: 1_000 + latencyMs - 5,
  doneAtMs: 1_000 + latencyMs,
});

const warmUp = sent('mendflow', 0, { isWarmUp: true });
const quiet = sent('mendflow', 1);
const busy = sent('mendflow', 2, { busyBefore: 0.9 });
const bot = sent('inline-delete', 1);
const acts = [actOn(warmUp, 900), actOn(quiet, 80), actOn(busy, 200), actOn(bot, 8)];
const measured = { sent: [warmUp, quiet, busy, bot], acts, runs: new Map() };

describe('the findings', () => {
  const findings = findingsOf(measured);
  const [mendflow, baseline] = findings.standings;

  it('take no figure from a warm-up', () => {
    expect(mendflow?.act).toMatchObject({ count: 2, min: 80, max: 200 });
    expect(baseline?.act).toMatchObject({ count: 1, p50: 8 });
  });

  it('show apart what was measured on a quiet machine', () => {
    expect(mendflow?.quiet).toMatchObject({ count: 1, max: 80 });
  });

  it('are exact when every sample met one act', () => {
    expect(mendflow?.fates).toEqual({ once: 3, held: 0, lost: 0, doubled: 0, astray: 0 });
    expect(isExact(findings)).toBe(true);
  });

  it('are not exact when a warm-up was lost', () => {
    expect(isExact(findingsOf({ ...measured, acts: acts.slice(1) }))).toBe(false);
  });

  it('are not exact when an act was doubled', () => {
    expect(isExact(findingsOf({ ...measured, acts: [...acts, actOn(bot, 9)] }))).toBe(false);
  });
});

describe('the printed findings', () => {
  it('say which targets are met and which are missed', () => {
    const text = printed(findingsOf(measured), [{ when: 'after the start', api: 120, worker: 400 }]);
    expect(text).toContain('p50 ≤ 100 ms met, p99 ≤ 250 ms met');
    expect(text).toContain('api ≤ 150 MB met, worker ≤ 350 MB missed');
    expect(text).toContain('×10.0');
  });

  it('explain a run that was held: status, verdicts, timeline and history', () => {
    const verdicts = [{ at: 'now', verdict: 'hold' as const, reason: 'correlatedCause' as const, detail: 'one zone' }];
    const timeline = [{ at: 'now', phase: 'Escalated' as const, what: 'Nobody was notified' }];
    const runs = new Map([[quiet.workload, aSeenRun({ phase: 'Escalated', verdicts, timeline })]]);
    const findings = findingsOf({ sent: [quiet], acts: [], runs });
    expect(isExact(findings)).toBe(true);
    const text = printed(findings, []);
    expect(text).toContain('mendflow-1 held: mendflow answered the webhook with 202');
    for (const part of ['Escalated', 'hold correlatedCause one zone', 'Nobody was notified', 'event 1 +0 ms']) {
      expect(text).toContain(part);
    }
  });

  it('name a lost alert whose run could not be read', () => {
    const findings = findingsOf({ sent: [quiet], acts: [], runs: new Map() });
    expect(isExact(findings)).toBe(false);
    expect(printed(findings, [])).toContain(
      'mendflow-1 lost: mendflow answered the webhook with 202; its run could not be read, or there is none',
    );
  });

  it('call no target met for which there is no figure', () => {
    const text = printed(findingsOf({ sent: [], acts: [], runs: new Map() }), []);
    expect(text).toContain('p50 ≤ 100 ms missed, p99 ≤ 250 ms missed');
  });
});
