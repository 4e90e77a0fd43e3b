import { activityInfo } from '@temporalio/activity';
import { ownership } from '../domain/guard/rules/ownership.ts';
import { needsApproval } from '../domain/policy/approval-need.ts';
import { choosePolicy } from '../domain/policy/match.ts';
import { isRehearsal, type Plan, planOf } from '../domain/policy/plan.ts';
import type { PlannedStep, Policy } from '../domain/policy/policy.ts';
import { modeAllowedIn, strictest } from '../domain/policy/switches.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { type Ticket, ticketFault, ticketOver } from '../domain/run/ticket.ts';
import type { Pod } from '../domain/target/pod.ts';
import { isSystemNamespace } from '../domain/target/system-namespace.ts';
import { type ObjectRef, type Target, targetLabel } from '../domain/target/target.ts';
import { factsOf } from '../domain/target/target-facts.ts';
import type { Workload } from '../domain/target/workload.ts';
import { digestOf } from '../domain/text/digest.ts';
import type { Action } from './actions/define-action.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { RemediateInput, UndoInput } from './contract.ts';
import type { Cluster, Namespace } from './kubernetes/port.ts';
import { topOf } from './resolve-target.ts';

/**
 * Throws NOT_ALLOWED for a target that says one namespace and means objects of another: pauses, opt-outs and the scope
 * are asked of the one, and the act would be done in the other.
 */
export function ofOnePlace({ target }: UndoInput): void {
  const { namespace, workload, pod } = target;
  const isOne = [workload, pod].every((ref) => ref === undefined || ref.namespace === namespace);
  if (!isOne) throw new MendflowError('NOT_ALLOWED', `the target is not in the namespace ${namespace} that it names`);
}

/**
 * The hub's ticket for exactly this act of the run that asks. A run may have continued as new since it acted: a later
 * execution of it may take the act back. Throws TICKET_INVALID.
 */
export function ticketOf({ clusterName, keys }: ClusterDeps, input: UndoInput, { isBack = false } = {}): Ticket {
  const { token, policy, step, target, alert, ticket } = input;
  const { workflowId = '', runId: execution = '' } = activityInfo().workflowExecution ?? {};
  const runId = isBack ? (ticket?.runId ?? execution) : execution;
  const act = { cluster: clusterName, workflowId, runId, token, policy, step, target, alert };
  const fault = ticketFault(keys, ticket, act);
  if (fault !== undefined) throw new MendflowError('TICKET_INVALID', fault);
  return ticket as Ticket;
}

/** An attempt waits no longer than this for a worker: by then Temporal has given the act up. */
const queueWaitAtMostMs = 180_000;

/**
 * Temporal's time while an activity runs, Unix ms: when Temporal scheduled the attempt, and what has passed since by a
 * clock that is never set. This machine's own clock counts only for how long the attempt waited for a worker.
 */
export function temporalClock({ now, monotonicMs }: ClusterDeps): () => number {
  const { currentAttemptScheduledTimestampMs: scheduledMs } = activityInfo();
  const startedMs = monotonicMs();
  return () => {
    const atLeastMs = scheduledMs + (monotonicMs() - startedMs);
    return atLeastMs + Math.min(Math.max(0, now() - atLeastMs), queueWaitAtMostMs);
  };
}

/** Throws LEASE_EXPIRED outside of the ticket's time, which ends with the permit or with the approval. */
export function withinTime(ticket: Ticket, nowMs: number): void {
  const over = ticketOver(ticket, nowMs);
  if (over !== undefined) throw new MendflowError('LEASE_EXPIRED', over);
}

/** The plan and the step of it that this worker's own policies have now, whatever the run was told. */
export interface InForce {
  policy: Policy;
  plan: Plan;
  step: PlannedStep;
}

interface Asked {
  policy: Policy | undefined;
  input: RemediateInput;
  home: Namespace;
  /** The caller only asks what would be refused, which a policy of any mode allows. */
  sendsNothing: boolean;
}

/**
 * Throws NOT_ALLOWED when the policy is gone, does not match the alert any more or may not act, and POLICY_CHANGED when
 * it does not have the step.
 */
export function stepInForce({ switches }: ClusterDeps, { policy, input, home, sendsNothing }: Asked): InForce {
  const { step: asked, alert, dryRun, policy: name } = input;
  const forbid = (why: string) => new MendflowError('NOT_ALLOWED', `the policy ${name} ${why}`);
  if (policy === undefined) throw forbid('is no longer in force');
  const choice = choosePolicy([policy], alert);
  if (choice.kind === 'none') throw forbid(`is not for this alert: ${choice.losers[0]?.why}`);
  const plan = planOf(policy, strictest(switches.mode, modeAllowedIn(home.annotations)));
  const isAllowed = sendsNothing || (dryRun ? plan.mode !== 'Observe' : !isRehearsal(plan.mode));
  if (!isAllowed) throw forbid(`is in mode ${plan.mode}`);
  const digest = digestOf([asked.action, asked.params]);
  const step = plan.steps.find(({ action, params }) => digestOf([action, params]) === digest);
  if (step !== undefined) return { policy, plan, step };
  throw new MendflowError('POLICY_CHANGED', `the policy ${name} has no such step ${asked.action} any more`);
}

/** What was read of the target a moment ago. */
export interface LiveTarget {
  target: Pod | Workload;
  /** The pod that the fault was verified on, where it was read beside a workload. */
  pod?: Pod | undefined;
  home: Namespace;
}

/**
 * Ownership, scope and approval once more, over the live object: what a run or its history says of them does not count.
 * Throws NOT_ALLOWED, TARGET_REPLACED, and POLICY_CHANGED where the policy wants an approval that it did not want.
 */
export async function mayActOn(
  deps: ClusterDeps,
  { input, inForce, live, ticket }: { input: RemediateInput; inForce: InForce; live: LiveTarget; ticket?: Ticket },
): Promise<void> {
  const target = await liveTarget(deps, { input, inForce, live });
  const bar = ownership({ target, allowedNamespaces: inForce.plan.allowedNamespaces });
  if (bar !== undefined) throw new MendflowError('NOT_ALLOWED', `${bar.reason}: ${bar.detail}`);
  if (ticket === undefined || !needsApproval(inForce.step, target)) return;
  const { approval } = ticket;
  const needed = inForce.plan.needsTwoPeople ? 2 : 1;
  if (new Set(approval?.who).size >= needed) return;
  const label = `${input.step.action} on ${targetLabel(target)}`;
  const why = `${label} needs ${needed === 2 ? 'two approvals' : 'an approval'}`;
  // Where the target changed, a new look asks; where the policy did, the run's own plan never would.
  const isAskedAnew = needsApproval(input.step, target) && needed === 1;
  throw new MendflowError(isAskedAnew ? 'NOT_ALLOWED' : 'POLICY_CHANGED', why);
}

async function liveTarget(
  { cluster, clusterName, identity }: ClusterDeps,
  { input, inForce, live }: { input: RemediateInput; inForce: InForce; live: LiveTarget },
): Promise<Target> {
  const { namespace, workload: verified, pod: verifiedPod } = input.target;
  const workload = 'desired' in live.target ? live.target : undefined;
  const reader = knowing(cluster, verified, workload);
  const [chain] = await Promise.all([
    ownedBy(verified, reader, live.target),
    // The pod that shows the fault must be one of the workload that is acted on.
    workload && live.pod && ownedBy(verified, reader, live.pod),
  ]);
  const pod = 'desired' in live.target ? live.pod : live.target;
  const { excludeLabels, nodes } = inForce.policy.spec.scope;
  const seen = { namespace, namespaceLabels: live.home.labels, ownerKind: chain.ownerKind };
  const found = { ...seen, ...(chain.workload && { workload: chain.workload }), ...(pod && { pod }) };
  return {
    ...{ cluster: clusterName, namespace, workload: chain.top },
    ...(verifiedPod && { pod: verifiedPod }),
    facts: factsOf(found, { excludeLabels, ...(nodes && { nodeLabels: nodes }), ...identity }),
  };
}

async function ownedBy(verified: ObjectRef, cluster: WorkloadReader, live: Pod | Workload) {
  const chain = await topOf(cluster, live);
  if (chain.kind === 'notFound') throw new MendflowError('NOT_ALLOWED', `${chain.reason}: ${chain.detail}`);
  if (chain.top.uid === verified.uid) return chain;
  const { kind, namespace, name } = live.ref;
  throw new MendflowError('TARGET_REPLACED', `${kind} ${namespace}/${name} does not belong to ${verified.name}`);
}

type WorkloadReader = Pick<Cluster, 'getWorkload'>;

/** Reads the workload on top at once, unless it was read, and not only when the chain of owners has come there. */
function knowing(cluster: Cluster, { kind, namespace, name }: ObjectRef, known: Workload | undefined): WorkloadReader {
  const top = known === undefined ? cluster.getWorkload(kind as never, namespace, name) : Promise.resolve(known);
  // A failure is the chain's own, if it comes there.
  top.catch(() => undefined);
  return {
    getWorkload: (...asked) =>
      asked[0] === kind && asked[1] === namespace && asked[2] === name ? top : cluster.getWorkload(...asked),
  };
}

/** Throws NOT_APPLICABLE when a parameter reaches into a namespace that the policy may not touch. */
export function withinNamespaces(
  { identity }: ClusterDeps,
  { action, step, allowed }: { action: Action; step: PlannedStep; allowed: readonly string[] },
): void {
  const namespace = action.namespaceParam === undefined ? undefined : step.params[action.namespaceParam];
  if (typeof namespace !== 'string') return;
  if (!isNeverTouched(identity, namespace) && allowed.includes(namespace)) return;
  throw new MendflowError('NOT_APPLICABLE', `${action.name} may not reach into the namespace ${namespace}`);
}

/** True for system namespaces and our own. */
export const isNeverTouched = ({ ownNamespace }: ClusterDeps['identity'], namespace: string): boolean =>
  isSystemNamespace(namespace) || namespace === ownNamespace;
