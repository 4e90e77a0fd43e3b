import { activityInfo, cancellationSignal, heartbeat } from '@temporalio/activity';
import { objectLabels } from '../domain/alert/exporter-labels.ts';
import { checksInWords, needsOf } from '../domain/policy/check-answers.ts';
import type { Sight } from '../domain/policy/checks/check-kind.ts';
import type { Check } from '../domain/policy/policy.ts';
import { MendflowError } from '../domain/run/errors.ts';
import { type Manager, managedBy } from '../domain/target/managed-by.ts';
import type { Pod } from '../domain/target/pod.ts';
import type { ObjectRef, SubjectKind } from '../domain/target/target.ts';
import type { Workload } from '../domain/target/workload.ts';
import {
  type InForce,
  mayActOn,
  ofOnePlace,
  stepInForce,
  temporalClock,
  ticketOf,
  withinNamespaces,
  withinTime,
} from './act-fence.ts';
import { contextOf, gateFor, notPaused } from './action-context.ts';
import type { Action, Seen } from './actions/define-action.ts';
import type { ClusterDeps } from './cluster-deps.ts';
import type { RemediateInput, RemediateResult } from './contract.ts';
import { judgeChecks } from './judge-checks.ts';
import { readsOnly } from './kubernetes/reads-only.ts';
import { mustBeAllowed } from './managed-elsewhere.ts';
import { nodeName } from './node-seen.ts';
import type { Gate } from './replacement-gate.ts';
import { report } from './report.ts';
import { homeOf } from './resolve-target.ts';
import { actionOf, readTogether, refFor, vanished } from './step-target.ts';

/**
 * One action: check the ticket, read, compare, ask policy and checks once more, and only then act. A repeat of a step that
 * was taken already changes nothing and succeeds. Throws TICKET_INVALID, NOT_ALLOWED, POLICY_CHANGED, TARGET_GONE,
 * TARGET_REPLACED, FAULT_GONE, LEASE_EXPIRED, MANAGED_ELSEWHERE, NOT_APPLICABLE and NOT_REPLACEABLE before anything was
 * touched, and the codes of the port's writes. `sendsNothing`: only asks all of that, in any mode; no write is sent.
 */
export async function remediate(
  given: ClusterDeps,
  input: RemediateInput,
  { sendsNothing = false }: { sendsNothing?: boolean } = {},
): Promise<RemediateResult> {
  const deps = sendsNothing ? { ...given, cluster: readsOnly(given.cluster) } : given;
  const clock = temporalClock(deps);
  const { step, token, dryRun } = input;
  // A dry run changes nothing; all else is asked of it as well.
  const ticket = dryRun ? undefined : ticketOf(deps, input);
  ofOnePlace(input);
  const action = actionOf(deps, step.action);
  const ref = refFor(action, input);
  const policy = deps.policies().find(({ metadata }) => metadata.name === input.policy);
  const [live, home] = await Promise.all([
    readTogether(deps, ref, { target: input.target, checks: policy?.spec.verify ?? [] }),
    homeOf(deps.cluster, input.target.namespace),
  ]);
  // So that a worker which dies in the middle is missed within seconds, not at the end of the attempt's time.
  heartbeat();
  const gone = home === undefined ? namespaceGone(input) : vanished(ref, live.target);
  if (gone !== undefined || home === undefined) return repeatOrThrow(deps, action, { gone, ref, input });
  const target = live.target as Pod | Workload;
  const done = action.alreadyDone(target, token);
  if (done !== undefined) return { ...done, changed: false };
  const inForce = stepInForce(deps, { policy, input, home, sendsNothing });
  const pod = live.pod?.ref.uid === input.target.pod?.uid ? live.pod : undefined;
  const labelled = objectLabels(input.alert.labels).container;
  mayBeChanged(action, target, inForce, { pod, labelled, nowMs: deps.now() });
  withinNamespaces(deps, { action, step, allowed: inForce.plan.allowedNamespaces });
  const gate = gateFor(deps, input.target);
  if (action.takesPodAway && !('desired' in target)) gate.prepare(target);
  await faultStillThere(deps, { input, checks: inForce.plan.checks, live });
  await Promise.all([
    mayActOn(deps, { input, inForce, live: { target, pod, home }, ...(ticket && { ticket }) }),
    ticket && notPaused(deps, { target: input.target }),
  ]);
  heartbeat();
  if (ticket !== undefined) withinTime(ticket, clock());
  cancellationSignal().throwIfAborted();
  return act(deps, { action, input, target, gate, allowedManagers: inForce.plan.allowedManagers });
}

const namespaceGone = ({ target }: RemediateInput) =>
  new MendflowError('TARGET_GONE', `there is no namespace ${target.namespace}`);

interface Allowed {
  action: Action;
  input: RemediateInput;
  target: Pod | Workload;
  gate: Gate;
  allowedManagers: readonly Manager[];
}

/** Everything was asked: now it is done, and word of it left on the object. */
async function act(
  deps: ClusterDeps,
  { action, input, target, gate, allowedManagers }: Allowed,
): Promise<RemediateResult> {
  const { dryRun, step } = input;
  const context = contextOf(deps, input, target, { dryRun, gate, allowedManagers });
  const { summary, successor, changed = true } = await action.run(context, step.params);
  heartbeat();
  if (!changed) return { summary, changed, ...(successor && { successor }) };
  if (dryRun) return { summary: `would have ${summary}`, changed: false };
  // Here rather than by the run: whoever touches an object leaves word of it, at the cost of no further activity.
  const { workflowExecution } = activityInfo();
  const workflowId = workflowExecution?.workflowId ?? 'unknown';
  await report(deps, { target: input.target, event: 'RemediationStarted', note: summary, workflowId });
  return { summary, changed: true, ...(successor && { successor }) };
}

/** Throws MANAGED_ELSEWHERE for what a tool or an operator would change back. Taking pods away is not such a change. */
function mayBeChanged(action: Action, target: Pod | Workload, { plan, step }: InForce, seen: Seen): void {
  if (!('desired' in target)) return;
  const manager = managedBy(target);
  const isTouched = action.changesSpec || (action.marksTemplate && manager?.ownerKind !== undefined);
  if (manager === undefined || !isTouched) return;
  const patch = action.patch(target, step.params, seen);
  mustBeAllowed(target.ref, manager, { allowed: plan.allowedManagers, patch });
}

interface Missing {
  gone: MendflowError | undefined;
  ref: ObjectRef;
  input: RemediateInput;
}

/** After a first attempt whose answer was lost, a target that is gone may be our own act. */
async function repeatOrThrow(
  { cluster }: ClusterDeps,
  action: Action,
  { gone, ref, input }: Missing,
): Promise<RemediateResult> {
  if (input.dryRun || activityInfo().attempt === 1) throw gone;
  const done = await action.afterVanished?.({ cluster, ref, token: input.token });
  if (done !== undefined) return { ...done, changed: false };
  if (!action.takesPodAway) throw gone;
  return { summary: `${gone?.message}: an earlier attempt of this step took it away`, changed: false };
}

type Live = Awaited<ReturnType<typeof readTogether>>;

/** The checks once more, on what was read right now and on nothing else. Throws FAULT_GONE. */
async function faultStillThere(
  deps: ClusterDeps,
  { input, checks, live }: { input: RemediateInput; checks: Check[]; live: Live },
): Promise<void> {
  const { target, alert } = input;
  const { namespace } = target;
  const names = { namespace, workload: target.workload.name, ...(target.pod && { pod: target.pod.name }) };
  const sight = await sightOf(deps, { target, checks }, live);
  const judged = await judgeChecks(deps, checks, { sight, names, labels: alert.labels });
  if (judged.kind === 'holds') return;
  throw new MendflowError('FAULT_GONE', `${checksInWords(checks)} no longer holds: ${judged.why}`);
}

/** The very objects that were verified, by uid; what the checks do not ask for is not read. */
async function sightOf(
  { cluster }: ClusterDeps,
  { target, checks }: Pick<RemediateInput, 'target'> & { checks: Check[] },
  live: Live,
): Promise<Partial<Sight>> {
  const needs = needsOf(checks);
  const { kind, namespace, name, uid } = target.workload;
  const known = live.target && 'desired' in live.target ? live.target : undefined;
  const [workload, nodes] = await Promise.all([
    known ?? (needs.has('workload') ? cluster.getWorkload(kind as SubjectKind, namespace, name) : undefined),
    needs.has('node') ? cluster.listNodes() : [],
  ]);
  const pod = live.pod?.ref.uid === target.pod?.uid ? live.pod : undefined;
  const node = nodes.find((other) => other.name === nodeName(target.workload, pod));
  return { ...(workload?.ref.uid === uid && { workload }), ...(pod && { pod }), ...(node && { node }) };
}
