import { describe, expect, it } from '@jest/globals';
import type { Act } from '../../../bench/act-latency/acts.ts';
import { firing, runIdOf } from '../../../bench/alerts.ts';
import type { Told } from '../../../bench/bed.ts';
import type { ListedRun } from '../../../bench/runs.ts';
import { type Findings, findingsOf, isSafe } from '../../../bench/storm/findings.ts';
import type { Measured } from '../../../bench/storm/measure.ts';
import { printed } from '../../../bench/storm/print.ts';

const alerts = [1, 2, 3].map((probe) => firing({ alertname: 'PodCrashLooping', probe: String(probe) }, 0));
const aRun = (index: number, given: Partial<ListedRun> = {}): ListedRun => ({
  workflowId: runIdOf(alerts[index] ?? firing({}, 0), 'sandbox'),
  ...{ runId: `r${index}`, events: 8, startedAtMs: 1_200, closedAtMs: 3_000, status: 'COMPLETED', phase: 'Closed' },
  ...{ outcome: 'denied', reason: 'storm', ...given },
});
const { reason: _, ...healed } = aRun(2, { outcome: 'remediated', policy: 'storm', events: 37, closedAtMs: 9_000 });
const anAct = (pod: string, doneAtMs: number): Act => ({
  ...{ user: 'mendflow-worker', kind: 'eviction', namespace: 'storm-0', pod, receivedAtMs: doneAtMs, doneAtMs },
});
const told = (kind: string, atMs: number) => ({ atMs, notification: { kind } }) as Told;

const measured: Measured = {
  startedMs: 1_000,
  deliveries: [
    {
      batch: { alerts, body: '', dueMs: 0 },
      attempts: [
        { sentAtMs: 1_000, answeredAtMs: 1_020, status: 503, code: 'OVERLOADED' },
        { sentAtMs: 1_500, answeredAtMs: 1_510, status: 202 },
      ],
      fate: 'held',
    },
  ],
  runs: [aRun(0), aRun(1, { policy: 'storm', events: 16 }), healed],
  acts: [anAct('a-1', 2_000)],
  guard: { events: 30, runs: 1, stateBytes: 2_000, alerting: 3, storm: { kind: 'open', sinceMs: 1_700, why: 'many' } },
  peakMegabytes: { api: 200, worker: 800 },
  spentSeconds: { worker: 1.5 },
  busy: { share: 0.9, ours: 0.6 },
};
const findings = (given: Partial<Measured> = {}, messages = [told('storm', 1_800)]): Findings =>
  findingsOf({ ...measured, ...given }, messages, 'sandbox');

describe('what a storm came to', () => {
  it('joins alerts, runs, requests and the breaker', () => {
    expect(findings()).toMatchObject({
      ...{ alerts: 3, allDecidedMs: 8_000, fates: { closed: 3, lost: 0, doubled: 0 } },
      requests: { total: 2, held: 1, repeated: 1 },
      ...{ refusals: { OVERLOADED: 1 }, acknowledged: { p50: 10 }, answered: { max: 20 } },
      ...{ decision: { max: 8_000 }, breaker: { openedAfterMs: 700, why: 'many' }, messages: { storm: 1 } },
    });
  });

  it('tells apart who was refused early, before anything was read', () => {
    expect(findings().endings.map(({ name, events }) => [name, events.max])).toEqual([
      ['denied storm, early', 8],
      ['denied storm', 16],
      ['remediated', 37],
    ]);
  });

  it('ends only when the last person was told', () => {
    expect(findings({}, [told('escalation', 30_000)]).allDecidedMs).toBe(29_000);
  });

  it('is safe when each alert was decided once and the guard kept its word', () => {
    expect(isSafe(findings())).toBe(true);
  });

  it.each([
    ['an alert is lost', { runs: measured.runs.slice(1) }, [told('storm', 1)]],
    ['an alert is decided twice', { runs: [...measured.runs, aRun(0, { runId: 'again' })] }, [told('storm', 1)]],
    ['a pod is taken away twice', { acts: [anAct('a-1', 1), anAct('a-1', 2)] }, [told('storm', 1)]],
    [
      'there are sixteen acts in ten minutes',
      { acts: Array.from({ length: 16 }, (_, n) => anAct(`p${n}`, n)) },
      [told('storm', 1)],
    ],
    ['nobody is told of the storm', {}, []],
    ['people are told of it twice', {}, [told('storm', 1), told('storm', 2)]],
  ])('is not safe when %s', (_, given, messages) => {
    expect(isSafe(findings(given, messages))).toBe(false);
  });

  it('remembers when the runs of a doubled alert were', () => {
    const again = aRun(0, { runId: 'again', startedAtMs: 5_000, closedAtMs: 6_000 });
    const [double] = findings({ runs: [again, ...measured.runs] }).doubles;
    expect(double?.spans).toEqual([
      [200, 2_000],
      [4_000, 5_000],
    ]);
  });

  it('is printed beside what must be reached', () => {
    const lines = printed(findings()).split('\n');
    const verdictOf = (name: string) =>
      lines
        .find((line) => line.startsWith(name))
        ?.split(/\s{2,}/)
        .slice(1);
    expect(verdictOf('all decided, s')).toEqual(['≤ 300', '8', 'met']);
    expect(verdictOf('worker, peak MB')).toEqual(['≤ 768', '800', 'missed']);
    expect(verdictOf('summary messages of the storm')).toEqual(['1', '1', 'met']);
  });
});
