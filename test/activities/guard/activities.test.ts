import { describe, expect, it } from '@jest/globals';
import type { ActInHand } from '../../../activities/contract.ts';
import { createHubActivities } from '../../../activities/hub-activities.ts';
import type { PermitRequest, Verdict } from '../../../domain/guard/permit.ts';
import { defaultLimits } from '../../../domain/guard/rules/rule.ts';
import { questionDigest, signApproval } from '../../../domain/run/approval.ts';
import { ticketFault } from '../../../domain/run/ticket.ts';
import { aPermitRequest } from '../../support/builders.ts';
import { testKeys, testRun } from '../../support/permitted.ts';
import { anActionAlert, nowMs } from '../support/builders.ts';
import { startActivity } from '../support/run-activity.ts';

const span = { grantedAtMs: nowMs, expiresAtMs: nowMs + 60_000 };
const cluster = 'test';
const request: PermitRequest = aPermitRequest({ ...testRun });
const act: ActInHand = { token: 'run-1.0.0', alert: anActionAlert };
const ticketed = { cluster, ...testRun, ...act, ...request };

const unasked = () => Promise.reject(new Error('it was not to be asked'));

interface Asked {
  keys?: typeof testKeys;
  verdict?: Verdict;
  request?: PermitRequest;
  act?: ActInHand;
  isLocal?: boolean;
  workflowType?: string;
  workflowExecution?: typeof testRun;
}
function ask({ keys = testKeys, verdict = { kind: 'grant', ...span }, isLocal = true, ...asked }: Asked = {}) {
  const guard = {
    ask: async () => verdict,
    release: async () => undefined,
    glance: async () => ({ kind: 'goOn' }) as const,
  };
  const hub = createHubActivities({
    ...{ guard, keys, limits: defaultLimits, now: () => nowMs, count: () => undefined },
    playNow: unasked,
    connection: {
      decide: unasked,
      release: unasked,
      saw: unasked,
      state: unasked,
      refused: unasked,
      incident: unasked,
      recall: unasked,
    },
    runs: { find: unasked, startAnew: unasked, tellToLook: unasked, standing: unasked, startSweep: unasked },
    notify: async () => ({ delivered: true, detail: '' }),
  });
  const { workflowType = 'remediation', workflowExecution = testRun, ...given } = asked;
  const info = { isLocal, workflowType, workflowExecution };
  return startActivity(hub.askGuard, { cluster, request, act, ...given }, info).result;
}

describe('a grant of the guard', () => {
  it('carries a ticket for the run that asks, as Temporal names it', async () => {
    const lying = { ...request, workflowId: 'of another run', runId: 'of another run' };
    const verdict = await ask({ request: lying });
    expect(verdict).toMatchObject({ kind: 'grant', ...span });
    expect(ticketFault(testKeys, 'ticket' in verdict && verdict.ticket, { ...ticketed, ...testRun })).toBeUndefined();
  });

  it('carries none for a rehearsal, nor do a hold and a denial', async () => {
    expect(await ask({ request: { ...request, isRehearsal: true } })).toEqual({ kind: 'grant', ...span });
    const deny = { kind: 'deny', reason: 'storm', detail: 'x' } as const;
    expect(await ask({ verdict: deny })).toEqual({ ...deny, next: 'askPerson' });
  });

  it('is not asked for without a key', async () => {
    expect(await ask({ keys: [] })).toMatchObject({ kind: 'deny', reason: 'keyMissing' });
    expect(await ask({ keys: [], request: { ...request, isRehearsal: true } })).toEqual({ kind: 'grant', ...span });
  });
});

describe('a grant for a step that a person must approve', () => {
  const asked = { ...request, step: { ...request.step, approval: 'Required' as const } };
  const terms = { askedAt: new Date(nowMs).toISOString(), expiresAt: new Date(nowMs + 30_000).toISOString() };
  const question = { ...terms, approvalsNeeded: 1 };
  const digest = questionDigest({ ...ticketed, step: asked.step }, question);
  const said = { id: 'm', who: 'ada', at: terms.askedAt, digest };
  const answer = { ...said, signature: signApproval(testKeys, testRun.workflowId, said) ?? '' };

  it('carries no ticket before they did', async () => {
    expect(await ask({ request: asked })).toEqual({ kind: 'grant', ...span });
  });

  it('carries a ticket with their approval, that ends with it', async () => {
    const approval = { ...question, answers: [answer] };
    expect(await ask({ request: asked, act: { ...act, approval } })).toMatchObject({
      ticket: { approval: { question: digest, who: ['ada'] }, expiresAtMs: nowMs + 30_000 },
    });
  });

  it('carries a ticket for the execution that acts, where the run continued as new since people were asked', async () => {
    const approval = { ...question, answers: [answer] };
    const workflowExecution = { ...testRun, runId: 'continued as new' };
    const verdict = await ask({ request: asked, act: { ...act, approval }, workflowExecution });
    expect(verdict).toMatchObject({ ticket: { runId: 'continued as new', approval: { who: ['ada'] } } });
  });

  it('carries none for an approval that is not signed, or of another question', async () => {
    const forged = { ...question, answers: [{ ...answer, signature: 'tests:0' }] };
    const another = { ...question, expiresAt: new Date(nowMs + 90_000).toISOString(), answers: [answer] };
    for (const approval of [forged, another]) {
      expect(await ask({ request: asked, act: { ...act, approval } })).toEqual({ kind: 'grant', ...span });
      expect(await ask({ act: { ...act, approval } })).toEqual({ kind: 'grant', ...span });
    }
  });
});

describe('an activity of the hub that signs, verifies or decides', () => {
  it('answers to a local activity of our own workflows only', async () => {
    const refused = { type: 'FOREIGN_CALLER', nonRetryable: true };
    await expect(ask({ isLocal: false })).rejects.toMatchObject(refused);
    await expect(ask({ workflowType: 'mallory' })).rejects.toMatchObject(refused);
  });
});
