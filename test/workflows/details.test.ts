import { describe, expect, it } from '@jest/globals';
import { answersInWords } from '../../cli/describe/answers.ts';
import { answerCommands, renderDetails } from '../../domain/run/details.ts';
import type { Question, RunStatus } from '../../domain/run/status.ts';
import { waitFor } from '../../workflows/progress.ts';
import type { Run } from '../../workflows/state.ts';

const hostile =
  '# x`y` ![i](https://evil.example/i.png) <b>&lt; | **z** \u001b[31m\u202ered\u200b\nnext password=kirsche77';

/** A run in which every word that can come from outside is hostile. */
const status: RunStatus = {
  phase: 'AwaitingApproval',
  waitingFor: hostile,
  nextTimerAt: '2026-03-01T10:15:00.000Z',
  summary: hostile,
  alertname: hostile,
  fingerprint: '0123456789abcdef',
  policy: hostile,
  mode: 'Approve',
  target: {
    cluster: hostile,
    namespace: hostile,
    workload: { kind: 'Deployment', namespace: hostile, name: hostile, uid: 'u1' },
  } as unknown as NonNullable<RunStatus['target']>,
  question: {
    digest: '4e07408562bedb8b60ce05c1decfe3ad16b72230967de01f640b7e4729b49fce',
    action: 'runJob',
    params: { image: hostile },
    approvalsNeeded: 1,
    approvedBy: [],
    askedAt: '2026-03-01T10:00:00.000Z',
    expiresAt: '2026-03-01T10:15:00.000Z',
  },
  ladder: [
    { action: 'runJob', params: {}, withinMs: 60_000, approval: 'Required', risk: 'high' },
  ] as unknown as RunStatus['ladder'],
  currentStep: 0,
  steps: [],
  segments: {},
  joined: [],
  verdicts: [{ at: '2026-03-01T10:00:00.000Z', verdict: 'hold', reason: 'coolingDown', detail: hostile }],
  timeline: [{ at: '2026-03-01T10:00:00.000Z', phase: 'Verifying', what: hostile, reason: 'paused' }],
};

describe('the details in the Web UI', () => {
  const details = renderDetails(status, { workflowId: 'remediation/prod/Oom/0123456789abcdef' });

  it('have no markdown but their own, whatever names, labels and people say', () => {
    const own = details.replace(/\\[!-/:-@[-`{-~]/g, '').replace(/`[^`\n]+`/g, 'code');
    expect(own).not.toMatch(/!\[|\]\(|<b>|https:\/\//);
    expect(own.match(/^#+ /gm)).toEqual(['### ', '#### ', '#### ']);
    expect(own.match(/```/g)).toHaveLength(2);
  });

  it('stay on the lines that they were given, without what cannot be seen', () => {
    expect(details).not.toMatch(/[^\P{Cc}\n]|\p{Cf}/u);
    expect(details).not.toMatch(/^next/m);
  });

  it('hold no secret, and no digest, which a command reads for itself', () => {
    expect(details).not.toContain('kirsche77');
    expect(details).not.toContain(status.question?.digest);
  });

  it('name whoever could not be told', () => {
    const text = renderDetails({ ...status, undelivered: [{ receiver: 'chat', why: hostile }] }, { workflowId: 'w' });
    expect(text).toMatch(/^\*\*Not told\*\* `chat`: \\# x/m);
  });

  it('cut a text that is very long', () => {
    const long = renderDetails({ ...status, summary: 'x'.repeat(100_000) }, { workflowId: 'w' });
    expect(long.length).toBeLessThan(20_000);
  });
});

describe('the commands in a message', () => {
  const id = 'remediation/prod/Oom/0123456789abcdef';

  const asked = { phase: 'AwaitingApproval' as const, question: status.question as Question };
  const phases: [phase: string, given: Parameters<typeof answerCommands>[0], verbs: string[]][] = [
    ['a question is open', asked, []],
    ['a person is asked', { phase: 'Escalated' }, ['acknowledge', 'retry', 'abort', 'take-over']],
    ['a person acknowledged', { phase: 'Escalated', acknowledgedBy: 'ada' }, ['retry', 'abort', 'take-over']],
    ['the run is under way', { phase: 'Remediating' }, ['abort', 'take-over']],
    ['the run has ended', { phase: 'Closed' }, []],
  ];
  const yesOrNo = ['approve', 'reject'].map((verb) => `mendflow ${verb} ${id}`);

  it.each(phases)('are those that fit while %s', (_, given, verbs) => {
    const expected = given === asked ? yesOrNo : verbs.map((verb) => `mendflow ${verb} ${id}`);
    expect(answerCommands(given, id)).toEqual(expected);
  });

  it.each(phases)('are those that the command line shows while %s', (_, given) => {
    const shown = answersInWords(id, { ...status, question: undefined, ...given } as RunStatus, Date.now());
    expect(shown.filter((line) => line.startsWith('mendflow '))).toEqual(answerCommands(given, id));
  });

  it('can be pasted whatever the alert is called', () => {
    const [command] = answerCommands({ phase: 'Escalated' }, "remediation/default/it's $HOME/a1b2");
    expect(command).toBe(`mendflow acknowledge 'remediation/default/it'\\''s $HOME/a1b2'`);
  });
});

describe('what the Web UI is to show', () => {
  it('ends no worker when the run has left its thread before it is written', async () => {
    const unhandled: unknown[] = [];
    const note = (reason: unknown) => unhandled.push(reason);
    process.on('unhandledRejection', note);
    // Nothing of a workflow is there: so it is when Temporal drops the run from the worker's memory.
    waitFor({ status, id: { workflowId: 'w' } } as unknown as Run, 'a person');
    await new Promise((resolve) => setImmediate(resolve));
    process.off('unhandledRejection', note);
    expect(unhandled).toEqual([]);
  });
});
