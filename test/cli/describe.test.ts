import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type ListeningApi, listeningApi } from './support/command-line.ts';
import { aReport, aStatus, aSummary, FakeRuns, runId } from './support/runs.ts';

let runs: FakeRuns;
let api: ListeningApi;

beforeEach(async () => {
  runs = new FakeRuns();
  api = await listeningApi({ runs });
});
afterEach(() => api.close());

const shown = async (args = runId) => (await api.run(`describe ${args}`)).out;

describe('mendflow describe', () => {
  it('reads like kubectl describe: facts, what it waits for, ladder, verdicts, segments, timeline, answers', async () => {
    expect((await shown()).split('\n')).toEqual([
      `Name:      ${runId}`,
      'Summary:   shop/checkout-1 CrashLoopBackOff',
      'Workload:  shop/Deployment/checkout',
      'Pod:       checkout-1',
      'Cluster:   default',
      'Alert:     PodCrashLooping',
      'Policy:    crash-loop (mode Auto)',
      'Phase:     AwaitingApproval',
      'Started:   2026-03-01T09:55:00Z (5m ago)',
      'Run:       0190-1',
      'Waits:',
      '  For:    an approval of rolloutRestart',
      '  Until:  2026-03-01T10:10:00Z (in 10m)',
      'Ladder:',
      '  #   STEP             WITHIN   RISK     APPROVAL   STATE',
      '  1   evictPod         5m       low      None       unhealthy: evicted pod shop/checkout-1',
      '  2   rolloutRestart   10m      medium   None       ► AwaitingApproval',
      'Verdicts:',
      '  VERDICT   REASON        WHEN                            DETAIL',
      '  hold      coolingDown   2026-03-01T09:56:00Z (4m ago)   remediated 4m ago',
      'Segments:',
      '  Received to verified:   41ms',
      '  Verified to permitted:  12ms',
      'Timeline:',
      '  2026-03-01T09:55:00.000Z  the fault is there',
      'Answers:',
      '  It asks to run rolloutRestart with {}.',
      '  It expires at 2026-03-01T10:10:00Z (in 10m); no answer counts as rejected.',
      `  mendflow approve ${runId}`,
      `  mendflow reject ${runId}`,
    ]);
  });

  it('shows the record and the evidence of a run that has ended, and asks for no answer', async () => {
    const evidence = {
      capturedAt: '2026-03-01T09:55:00Z',
      status: ['phase Running'],
      events: ['BackOff restarting failed container'],
      logs: { app: 'out of luck\nbye\n' },
      missing: ['log of sidecar: not found'],
    };
    runs.views = [{ ...aSummary({ closedAt: '2026-03-01T09:59:00Z' }), report: aReport({ evidence }) }];
    const text = await shown();
    expect(text).toContain('Outcome:   remediated\n');
    expect(text).toContain('Closed:    2026-03-01T09:59:00Z (1m ago)');
    expect(text).toContain('  1   evictPod   kept: evicted pod shop/checkout-1');
    expect(text).toContain('Evidence:\n  Captured:  2026-03-01T09:55:00Z\n  Status:\n    phase Running');
    expect(text).toContain('  Log of app:\n    out of luck\n    bye\n  Missing:\n    log of sidecar: not found');
    expect(text).not.toContain('Answers:');
  });

  it('says of a step that it was taken back', async () => {
    const [step] = aReport().steps;
    if (step === undefined) throw new Error('there is a step');
    const steps = [{ ...step, result: 'unhealthy' as const, effect: 'reverted' as const }];
    runs.views = [{ ...aSummary({ closedAt: '2026-03-01T09:59:00Z' }), report: aReport({ steps }) }];
    expect(await shown()).toContain('unhealthy, taken back: evicted pod shop/checkout-1');
  });

  it('says what can be answered while a run is escalated, and who acknowledged', async () => {
    const { question: _, ...quiet } = aStatus({ phase: 'Escalated' });
    runs.views = [{ ...aSummary(), live: quiet }];
    expect(await shown()).toMatch(
      /Answers:\n {2}mendflow acknowledge .*\n {2}mendflow retry .*\n {2}mendflow abort .*\n {2}mendflow take-over/,
    );
    runs.views = [{ ...aSummary(), live: { ...quiet, acknowledgedBy: 'bo' } }];
    expect(await shown()).toMatch(/Acknowledged: +bo[\s\S]*Answers:\n {2}mendflow retry/);
  });

  it('says at the head who could not be told, and why', async () => {
    const undelivered = [{ receiver: 'fallback', why: 'no receiver is configured' }];
    runs.views = [{ ...aSummary(), live: aStatus({ phase: 'Escalated', undelivered }) }];
    expect(await shown()).toMatch(/Not told: +fallback: no receiver is configured\n/);
  });

  it('says how many people must approve, and who did', async () => {
    const { question } = aStatus();
    if (question === undefined) throw new Error('there is a question');
    const live = aStatus({ question: { ...question, approvalsNeeded: 2, approvedBy: ['bo'] } });
    runs.views = [{ ...aSummary(), live }];
    expect(await shown()).toContain('It asks to run rolloutRestart with {}; 2 people must approve, bo did.');
  });

  it('shows what Temporal knows when no worker answers, and says why it is so little', async () => {
    runs.views = [{ ...aSummary(), note: 'The run does not answer.' }];
    expect(await shown()).toMatch(/Workload: +shop\/Deployment\/checkout[\s\S]*Note: +The run does not answer\./);
  });

  it('gives the document of the api with -o json', async () => {
    expect(JSON.parse(await shown(`${runId} -o json`))).toEqual(JSON.parse(JSON.stringify(runs.views[0])));
  });
});

describe('a run on the command line', () => {
  it.each(['a1b2', 'shop/Deployment/checkout', runId])('may be named %s', async (name) => {
    expect(await shown(`${name} -o name`)).toBe(runId);
  });

  it('may be named by its node, which has no namespace', async () => {
    const { namespace: _, ...summary } = aSummary();
    runs.summaries = [{ ...summary, workload: 'Node/worker-1' }];
    expect(await shown('Node/worker-1 -o name')).toBe(runId);
    runs.summaries = [aSummary({ namespace: '', workload: 'Node/worker-1' })];
    expect(await shown('Node/worker-1 -o name')).toBe(runId);
  });

  it('is the one that still runs, before those that ended', async () => {
    runs.summaries = [aSummary({ id: 'remediation/default/Old/1', closedAt: '2026-03-01T09:00:00Z' }), aSummary()];
    expect(await shown('shop/Deployment/checkout -o name')).toBe(runId);
  });

  it('is asked for by its whole name when several still run', async () => {
    runs.summaries = [aSummary(), aSummary({ id: 'remediation/default/Other/2' })];
    const { code, err } = await api.run('describe shop/Deployment/checkout');
    expect(code).toBe(2);
    expect(err).toContain(`name one:\n  ${runId}\n  remediation/default/Other/2`);
  });

  it('that is not among the latest is said to be so', async () => {
    const { code, err } = await api.run('describe ffff');
    expect(code).toBe(1);
    expect(err).toContain('No run matches ffff; mendflow list shows the runs');
  });
});
