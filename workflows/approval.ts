import { condition } from '@temporalio/workflow';
import type { PlannedStep } from '../domain/policy/policy.ts';
import { type ApprovalProof, questionDigest } from '../domain/run/approval.ts';
import { fallbackReceiver } from '../domain/run/contract.ts';
import { formatDuration } from '../domain/text/duration.ts';
import { report, tellPeople } from './people.ts';
import { known } from './permit.ts';
import { alertFor, enter, nowIso, type Run, waitFor } from './run.ts';

/** A person's word on one step: yes, with the proof of it, no, or nothing in time, which means no. */
export type Approval =
  | { kind: 'approved'; proof: ApprovalProof }
  | { kind: 'approvalRejected' }
  | { kind: 'approvalExpired' };

/** Asks people for exactly this step on exactly this object; the answer must carry the question's digest. */
export async function approvalFor(run: Run, step: PlannedStep): Promise<Approval> {
  const { plan, target } = known(run);
  const expiresInMs = plan.approvalExpiresAfterMs;
  const { action, params } = step;
  const askedAt = nowIso();
  const startedMs = Date.now();
  const expiresAt = new Date(startedMs + expiresInMs).toISOString();
  const approvalsNeeded = plan.needsTwoPeople ? 2 : 1;
  const terms = { askedAt, expiresAt, approvalsNeeded };
  const digest = questionDigest({ ...run.id, policy: plan.policy, step, target, alert: alertFor(run) }, terms);
  run.status.question = { digest, action, params, ...terms, approvedBy: [] };
  run.approvals = [];
  delete run.answer;
  enter(run, 'AwaitingApproval');
  waitFor(run, `${approvalsNeeded === 2 ? 'two people' : 'a person'} to approve ${action}`, { ms: expiresInMs });
  report(run, 'AwaitingApproval', `${action} waits for approval, at most ${formatDuration(expiresInMs)}`);
  const [level] = plan.escalation;
  tellPeople(run, level?.notify ?? [fallbackReceiver], { kind: 'approvalNeeded', level: 0, template: level?.message });

  try {
    await condition(() => verdictOf(run) !== undefined, expiresInMs);
    const kind = verdictOf(run) ?? 'approvalExpired';
    return kind === 'approved' ? { kind, proof: { ...terms, answers: run.approvals } } : { kind };
  } finally {
    delete run.status.question;
    delete run.answer;
    const waitedMs = Date.now() - startedMs;
    run.status.segments.awaitingApprovalMs = (run.status.segments.awaitingApprovalMs ?? 0) + waitedMs;
  }
}

function verdictOf(run: Run): Approval['kind'] | undefined {
  if (run.answer?.verb === 'approve') return 'approved';
  return run.answer?.verb === 'reject' ? 'approvalRejected' : undefined;
}
