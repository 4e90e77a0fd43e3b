import { isCancellation, workflowInfo } from '@temporalio/workflow';
import type { Alert } from '../domain/alert/alert.ts';
import { type Explanation, requestOf } from '../domain/analysis/explain.ts';
import type { PolicyListing } from '../domain/policy/listing.ts';
import type { PlannedStep } from '../domain/policy/policy.ts';
import type { ErrorCode } from '../domain/run/errors.ts';
import { reasonOf, refusalsBefore } from '../domain/run/refusals.ts';
import { clusterActivities, judgeNow } from './activities.ts';
import { codeOf, rootMessage } from './failure.ts';
import { wouldPermit } from './permit.ts';
import { enter, nowIso, tell } from './progress.ts';
import type { RunResult } from './result.ts';
import { alertFor, type Run, type VerifiedRun } from './state.ts';

/**
 * Observe writes down what would have been done, what the guard would have said to it, and what it would be refused with;
 * DryRun also asks the API server with dryRun=All. Neither acts, and only the first step is rehearsed: what the next ones
 * would meet depends on what the first one does.
 */
export async function observe(run: VerifiedRun): Promise<RunResult> {
  const { plan } = run;
  const [step] = plan.steps;
  if (step === undefined) return { kind: 'notActionable', reason: 'observeOnly', detail: 'the policy has no step' };
  const names = plan.steps.map(({ action }) => action).join(', then ');
  const detail = `would have taken ${names}; ${await guardsWord(run, step)}`;
  if (plan.mode !== 'DryRun') {
    return { kind: 'notActionable', reason: 'observeOnly', detail: `${detail}${againstFirst(run)}` };
  }
  return { kind: 'notActionable', reason: 'dryRunOnly', detail: `${detail}; ${await dryRun(run, step)}` };
}

async function guardsWord(run: VerifiedRun, step: PlannedStep): Promise<string> {
  const verdict = await wouldPermit(run, step);
  const reason = verdict.kind === 'grant' ? {} : { reason: verdict.reason };
  run.status.wouldHave = { action: step.action, verdict: verdict.kind, ...reason };
  if (verdict.kind === 'grant') return 'the guard would have granted it';
  return `the guard would have ${verdict.kind === 'hold' ? 'held' : 'denied'} it: ${verdict.detail}`;
}

/** What the first look found against the first step, in words. */
function againstFirst(run: VerifiedRun): string {
  const { refused } = run.observed;
  if (refused?.step !== 0) return '';
  noteRefusal(run, refused.code);
  return `; the step would be refused (${reasonOf(refused.code)}): ${refused.detail}`;
}

/** What the guard would have granted would still not have been done. */
function noteRefusal({ status }: Run, code: ErrorCode): void {
  const { wouldHave } = status;
  if (wouldHave?.verdict !== 'grant' || !refusalsBefore.includes(code)) return;
  status.wouldHave = { ...wouldHave, verdict: 'deny', reason: reasonOf(code) };
}

async function dryRun(run: VerifiedRun, step: PlannedStep): Promise<string> {
  const { plan } = run;
  const { target } = run.status;
  enter(run, 'Remediating');
  const startedAt = nowIso();
  const token = `${run.id.runId}.dry`;
  const record = (summary: string) => {
    run.status.steps.push({ action: step.action, summary, startedAt, finishedAt: nowIso(), result: 'dryRun' });
    tell(run, `dry run of ${step.action}: ${summary}`);
    return `the API server says: ${summary}`;
  };
  try {
    const about = { target, policy: plan.policy, step, token, alert: alertFor(run) };
    const { summary } = await run.cluster.remediate({ ...about, dryRun: true });
    return record(summary);
  } catch (error) {
    if (isCancellation(error)) throw error;
    noteRefusal(run, codeOf(error));
    return record(rootMessage(error));
  }
}

/** The alert to explain, as the intake reads it. */
export interface ExplanationInput {
  alert: Alert;
}

/**
 * What would become of an alert at this moment: a live look at the cluster, each rule's word over a copy of the guard's
 * state, and what a run does that is played on both. Changes nothing: no lease, no sighting, no metric. Fails when no worker
 * of the cluster looks in time.
 */
export async function explanation({ alert }: ExplanationInput): Promise<Explanation> {
  const { look, seen } = await clusterActivities(alert.cluster).explain({ alert });
  const { workflowId, runId } = workflowInfo();
  const request = requestOf(look, { workflowId, runId });
  const { refused } = look;
  try {
    const judged = await judgeNow({ alert, seen, ...(refused && { refused }), ...(request && { request }) });
    return { ...look, ...judged };
  } catch (error) {
    if (isCancellation(error)) throw error;
    // The look is worth something without the guard.
    const why = rootMessage(error);
    const would = `The guard does not answer (${why}). Nothing would be done until it does.`;
    return { ...look, guards: [], guardsNote: `it does not answer (${why})`, would };
  }
}

/** The policies that the worker of a cluster has in force, and what is wrong with those that are not. Changes nothing. */
export function policies({ cluster }: { cluster: string }): Promise<PolicyListing> {
  return clusterActivities(cluster).policies({});
}
