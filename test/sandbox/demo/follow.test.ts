import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import type { RemediationReport, TimelineEntry } from '../../../domain/run/outcome.ts';
import type { RunStatus } from '../../../domain/run/status.ts';
import { follow, runFor } from '../../../sandbox/demo/follow.ts';
import type { MendflowApi, ShownRun } from '../../../sandbox/demo/mendflow-api.ts';
import { narratorOn, timelineOf } from '../../../sandbox/demo/narrator.ts';

const at = (second: number) => `2026-03-01T10:00:0${second}.000Z`;
const line = (second: number, what: string): TimelineEntry => ({ at: at(second), phase: 'Verifying', what });

function aReport(changes: Partial<RemediationReport> = {}): RemediationReport {
  return {
    ...{ outcome: 'remediated', summary: 'shop/checkout → evictPod', alertname: 'Leak', fingerprint: 'f' },
    ...{ steps: [], segments: {}, timeline: [], joined: [] },
    ...changes,
  };
}

function aStatus(changes: Partial<RunStatus> = {}): RunStatus {
  const { outcome: _, ...rest } = aReport();
  return { ...rest, phase: 'Verifying', waitingFor: 'nothing', ladder: [], verdicts: [], ...changes };
}

const aRun = (changes: Partial<ShownRun> = {}): ShownRun => ({
  ...{ id: 'remediation/test/Leak/f', runId: 'r', status: 'running', startedAt: at(0), alertname: 'Leak' },
  ...changes,
});

/** An API that shows these states of one run, one after the other, and the last one for ever. */
function anApi(states: readonly ShownRun[]): MendflowApi {
  let asked = 0;
  return {
    runs: () => Promise.resolve([...states]),
    show: () => Promise.resolve(states[Math.min(asked++, states.length - 1)] ?? aRun()),
    send: () => Promise.resolve(''),
  };
}

function aNarrator() {
  let text = '';
  const write = (chunk: string) => {
    text += stripVTControlCharacters(chunk);
  };
  return { ...narratorOn({ write }, () => Date.parse(at(0))), text: () => text };
}

describe('following a run', () => {
  it('tells each line of its timeline once, with the time at which it happened', async () => {
    const narrator = aNarrator();
    const first = line(1, 'alert received');
    const states = [
      aRun({ live: aStatus({ timeline: [first] }) }),
      aRun({ live: aStatus({ timeline: [first], waitingFor: 'the guard' }) }),
      aRun({ report: aReport({ timeline: [first, line(2, 'closed')] }) }),
    ];
    await follow(anApi(states), 'id', narrator).until('it ends', ({ report }) => report !== undefined, 5_000);
    expect(narrator.text()).toBe('   1.0 s  alert received\n   0.0 s  waiting for the guard\n   2.0 s  closed\n');
  });

  it('says how the run ended when that is not what was expected', async () => {
    const api = anApi([aRun({ report: aReport({ outcome: 'aborted', summary: 'it broke' }) })]);
    const wait = follow(api, 'id', aNarrator()).until('it is healed', () => false, 5_000);
    await expect(wait).rejects.toThrow('expected that it is healed within 5 s; it ended: it broke');
  });

  it('says where the run is when time is over', async () => {
    const api = anApi([aRun({ live: aStatus({ phase: 'AwaitingPermit' }) })]);
    const wait = follow(api, 'id', aNarrator()).until('it is healed', () => false, 100);
    await expect(wait).rejects.toThrow('it is AwaitingPermit');
  });
});

describe('finding a run', () => {
  const wanted = { alertname: 'Leak', sinceMs: Date.parse(at(3)), withinMs: 100 };

  it('takes the first of the alert that began after the moment given', async () => {
    const runs = [
      aRun({ id: 'late', startedAt: at(6) }),
      aRun({ id: 'first', startedAt: at(4) }),
      aRun({ id: 'before', startedAt: at(2) }),
      aRun({ id: 'other', startedAt: at(3), alertname: 'Other' }),
    ];
    await expect(runFor(anApi(runs), wanted)).resolves.toMatchObject({ id: 'first' });
  });

  it('says so when none comes', async () => {
    await expect(runFor(anApi([]), wanted)).rejects.toThrow('no run for Leak within 0.1 s');
  });
});

describe('the timeline of a run', () => {
  it('says outcome, what happened and why, and how long each part took', () => {
    const report = aReport({
      outcome: 'escalated',
      timeline: [{ ...line(1, 'a person is asked'), reason: 'ladderExhausted' }],
      segments: { receivedToVerifiedMs: 120, awaitingApprovalMs: 61_000 },
    });
    const lines = stripVTControlCharacters(timelineOf(aRun({ report, webUi: 'http://ui/run' }))).split('\n');
    expect(lines).toEqual([
      'Leak: escalated',
      '  shop/checkout → evictPod',
      '  10:00:01.000  Verifying        a person is asked (ladderExhausted)',
      '  received → verified 120 ms · waiting for a person 1 min 01 s',
      '  http://ui/run',
    ]);
  });
});
