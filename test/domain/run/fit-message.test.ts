import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fitMessage, type Message } from '../../../domain/run/fit-message.ts';
import type { TimelineEntry } from '../../../domain/run/outcome.ts';

const limit = 61_440;
const bytes = (value: unknown) => Buffer.byteLength(JSON.stringify(value));

const entry = (what: string): TimelineEntry => ({ at: '2026-03-01T10:00:00.000Z', phase: 'Verifying', what });

function aMessage(report: Partial<NonNullable<Message['report']>> = {}): Message {
  return {
    summary: 'shop/checkout OOMKilled: a person is asked',
    answer: ['mendflow acknowledge remediation/prod/Oom/0123456789abcdef'],
    message: 'please look',
    report: {
      ...{ summary: 's', alertname: 'Oom', fingerprint: '0123456789abcdef', steps: [], segments: {}, joined: [] },
      timeline: [entry('alert Oom received'), entry('told oncall')],
      ...report,
    },
  };
}

const evidence = {
  capturedAt: '2026-03-01T10:00:00.000Z',
  status: ['pod checkout-1 is Running, not Ready'],
  events: ['BackOff: Back-off restarting'],
  logs: { app: 'out of memory' },
  missing: [],
};

describe('a message that fits', () => {
  it('is sent as it is', () => {
    const message = aMessage({ evidence });
    expect(fitMessage(message, limit)).toEqual(message);
  });

  it('loses its secrets and control characters all the same', () => {
    const message = aMessage({ evidence: { ...evidence, logs: { app: 'password=kirsche77\u0000\u001b[31m' } } });
    expect(fitMessage(message, limit).report?.evidence?.logs).toEqual({ app: 'password=[redacted]' });
  });
});

describe('a message that is too large', () => {
  const line = 'worker 3 could not allocate 64 bytes\n';

  it('loses the beginning of its logs first', () => {
    const logs = { app: line.repeat(1_700) };
    const fitting = fitMessage(aMessage({ evidence: { ...evidence, logs } }), limit);
    expect(fitting.omitted).toEqual(['most of the logs']);
    expect(fitting.report?.evidence?.events).toEqual(evidence.events);
    expect(fitting.report?.evidence?.logs.app).toMatch(/64 bytes\n$/);
  });

  it('keeps the beginning and the end of a timeline of 2,000 lines', () => {
    const timeline = Array.from({ length: 2_000 }, (_, index) => entry(`line ${index} of the timeline`));
    const { report, omitted } = fitMessage(aMessage({ timeline, evidence }), limit);
    expect(omitted).toContain('most of the timeline');
    expect(report?.timeline.at(0)?.what).toBe('line 0 of the timeline');
    expect(report?.timeline.at(-1)?.what).toBe('line 1999 of the timeline');
  });

  it('fits when its evidence is 64 KiB of control characters', () => {
    const logs = { app: '\u0001'.repeat(65_536) };
    const fitting = fitMessage(aMessage({ evidence: { ...evidence, logs } }), limit);
    expect(bytes(fitting)).toBeLessThanOrEqual(limit);
    expect(fitting.report?.evidence?.status).toEqual(evidence.status);
  });

  it('keeps the summary and how to answer when nothing else fits', () => {
    const message = { ...aMessage(), summary: 'x'.repeat(200_000), message: 'é'.repeat(200_000) };
    const fitting = fitMessage(message, limit);
    expect(bytes(fitting)).toBeLessThanOrEqual(limit);
    expect(fitting.answer).toEqual(message.answer);
    expect(fitting.report).toBeUndefined();
    expect(fitting.omitted).toEqual(['everything but the summary and how to answer']);
  });

  it('always fits, and always says how to answer', () => {
    const text = fc.tuple(
      fc.constantFrom('a', '\u0000', 'é', '😀', '"', '\\', '\ud800', 'token=', '检'),
      fc.nat({ max: 90_000 }),
    );
    const long = text.map(([sign, times]) => sign.repeat(times));
    fc.assert(
      fc.property(long, long, fc.nat({ max: 3_000 }), (first, second, count) => {
        const report = {
          timeline: Array.from({ length: count }, () => entry(first.slice(0, 200))),
          evidence: { ...evidence, logs: { app: first, [second.slice(0, 60)]: second }, status: [first] },
          steps: [{ action: second, summary: first, startedAt: '', finishedAt: '', result: 'kept' as const }],
        };
        const message = { ...aMessage(report), summary: second };
        const fitting = fitMessage(message, limit);
        expect(bytes(fitting)).toBeLessThanOrEqual(limit);
        expect(fitting.answer).toEqual(message.answer);
        expect(fitting.summary).not.toMatch(/\p{Cc}/u);
      }),
      { numRuns: 25 },
    );
  });
});
