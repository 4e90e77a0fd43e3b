import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type FakeTerminal, type ListeningApi, listeningApi, mendflow } from './support/command-line.ts';
import { aStatus, aSummary, digest, FakeRuns, runId } from './support/runs.ts';

let runs: FakeRuns;
let api: ListeningApi;

beforeEach(async () => {
  runs = new FakeRuns();
  api = await listeningApi({ runs });
});
afterEach(() => api.close());

const asked = async (args: string, answer: string): Promise<{ code: number; terminal: FakeTerminal }> => {
  const terminal = api.terminal({ isInteractive: true, answers: [answer] });
  return { code: (await mendflow(args, terminal)).code, terminal };
};

describe('approving', () => {
  it('with the digest of a question sends exactly that one, and says what the run answers', async () => {
    const { code, out } = await api.run(`approve ${runId} --digest seen-before --note 'looks right'`);
    expect({ code, out }).toEqual({ code: 0, out: `Approved by ada: ${runId}` });
    expect(runs.sent).toMatchObject([
      { id: runId, name: 'approve', message: { digest: 'seen-before', note: 'looks right' } },
    ]);
  });

  it('says so where another person must approve as well', async () => {
    runs.answer = 'approve is taken; another person must approve as well';
    expect(await api.run('approve a1b2 --yes')).toMatchObject({ code: 0, out: `${runId}: ${runs.answer} (by ada)` });
  });

  it('on a terminal shows what would be done and asks', async () => {
    const { code, terminal } = await asked('approve a1b2', 'y');
    expect(code).toBe(0);
    expect(terminal.err.join('\n')).toContain('shop/checkout-1\nIt asks to run rolloutRestart with {}.');
    expect(terminal.asked).toEqual(['Approve? [y/N] ']);
    expect(runs.sent).toMatchObject([{ message: { digest } }]);
  });

  it.each(['', 'n', 'maybe'])('sends nothing after the answer %p', async (answer) => {
    expect((await asked('approve a1b2', answer)).code).toBe(2);
    expect(runs.sent).toEqual([]);
  });

  it('without a terminal never asks: it wants the digest, and prints the line that has it', async () => {
    const { code, err } = await api.run('approve a1b2');
    expect(code).toBe(2);
    expect(err).toContain(`mendflow approve ${runId} --digest ${digest}`);
    expect(runs.sent).toEqual([]);
  });

  it('with --yes approves what the run asks now', async () => {
    expect((await api.run('approve a1b2 --yes')).code).toBe(0);
    expect(runs.sent).toMatchObject([{ message: { digest } }]);
  });

  it('of a run that asks nothing fails', async () => {
    const { question: _, ...quiet } = aStatus();
    runs.views = [{ ...aSummary(), live: quiet }];
    expect(await api.run('approve a1b2 --yes')).toMatchObject({
      code: 1,
      err: expect.stringContaining('asks nothing now'),
    });
  });
});

describe('the other answers', () => {
  it.each([
    ['reject', 'reject', 'Rejected by ada'],
    ['acknowledge', 'acknowledge', 'Acknowledged by ada'],
    ['retry', 'retry', 'ada asked to try again'],
    ['abort', 'abort', 'Aborted by ada'],
    ['take-over', 'takeOver', 'Taken over by ada'],
  ])('%s needs no question back, and says what was done', async (verb, name, done) => {
    expect(await api.run(`${verb} a1b2`)).toMatchObject({ code: 0, out: `${done}: ${runId}` });
    expect(runs.sent).toMatchObject([{ id: runId, name, message: { who: 'ada' } }]);
  });

  it('repeat a message under its id', async () => {
    const id = '7f3e1d2c-0000-4000-8000-000000000001';
    await api.run(`abort a1b2 --message-id ${id}`);
    expect(runs.sent).toMatchObject([{ message: { id } }]);
  });

  it('say when the run is past them, and exit 1', async () => {
    runs.refusal = 'The run waits for nobody.';
    const { code, err } = await api.run('retry a1b2');
    expect(code).toBe(1);
    expect(err).toMatch(/The run waits for nobody\. \(TOO_LATE\)[\s\S]*fix: +Read the run again/);
  });

  it('give the document of the api with -o json', async () => {
    expect(JSON.parse((await api.run('abort a1b2 -o json')).out)).toMatchObject({
      run: runId,
      answer: 'abort is taken',
      who: 'ada',
    });
  });
});
