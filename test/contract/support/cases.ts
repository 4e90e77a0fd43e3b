import type { Action } from '../../../activities/actions/define-action.ts';
import { createClusterActivities } from '../../../activities/cluster-activities.ts';
import type { RemediateInput, RemediateResult } from '../../../activities/contract.ts';
import type { Cluster } from '../../../activities/kubernetes/port.ts';
import type { Check } from '../../../domain/policy/policy.ts';
import type { Manager } from '../../../domain/target/managed-by.ts';
import type { ObjectRef, Target } from '../../../domain/target/target.ts';
import { anActionAlert } from '../../activities/support/builders.ts';
import { startActivity } from '../../activities/support/run-activity.ts';
import { permitted, policyFor, testKeys } from '../../support/permitted.ts';
import { testOutside } from './outside.ts';
import { namespace, type RawObject } from './world.ts';

export { codeOf } from './code-of.ts';

export const refOf = (kind: string, { metadata }: RawObject): ObjectRef => ({
  kind,
  namespace,
  name: metadata.name,
  uid: metadata.uid,
});

/** A verified target: the workload, and the pod that the fault was seen on. */
export const aTarget = (workload: ObjectRef, pod?: ObjectRef): Target => ({
  cluster: 'sandbox',
  namespace,
  workload,
  ...(pod && { pod }),
  facts: {
    ownerKind: workload.kind,
    isMirrorPod: false,
    isOptedOut: false,
    isOurs: false,
    otherReadyPods: 2,
    desiredPods: 3,
  },
});

/** A step of a test, and what its policy in force says. */
export interface StepOfTest extends RemediateInput {
  checks: Check[];
  allowedManagers: Manager[];
  /** When the ticket ends, Unix ms. */
  notAfterMs: number;
}
type StepChanges = Partial<StepOfTest> & { params?: Record<string, unknown> };

/** The step as a policy would plan it, with the action's defaults. */
export const aStep = (action: Action, target: Target, { params = {}, ...changes }: StepChanges = {}): StepOfTest => ({
  target,
  policy: 'memory',
  step: {
    action: action.name,
    params: action.params.parse(params),
    withinMs: 60_000,
    approval: 'None',
    risk: action.risk,
    takesPodAway: action.takesPodAway,
  },
  checks: [],
  token: 'run-1.0',
  notAfterMs: Date.now() + 60_000,
  dryRun: false,
  allowedManagers: [],
  alert: anActionAlert,
  ...changes,
});

/** What an activity is handed of it. */
export function inputOf({ checks: _, allowedManagers: __, notAfterMs: ___, ...input }: StepOfTest): RemediateInput {
  return input;
}

/** A label that the node carries. */
const nodesOf = ({ workload }: Target) => ({ 'kubernetes.io/hostname': workload.name });

/** The activities where the step's policy is in force, and the step with its ticket. */
function prepared(cluster: Cluster, step: StepOfTest) {
  const { checks, allowedManagers, notAfterMs } = step;
  const input = inputOf(step);
  const policy = policyFor(input, { checks, managedBy: allowedManagers, nodes: nodesOf(input.target) });
  const activities = createClusterActivities({
    cluster,
    clusterName: 'sandbox',
    keys: testKeys,
    policies: () => [policy],
    now: Date.now,
    outside: testOutside(),
    switches: { mode: 'Auto' },
    guardPause: async () => undefined,
    identity: {},
    logger: { warn: () => undefined },
  });
  return { activities, input: permitted(input, Date.now(), { expiresAtMs: notAfterMs }) };
}

/** `remediate` as Temporal would run it, as this attempt of the activity; it can be cancelled. */
export function startRemediate(cluster: Cluster, step: StepOfTest, attempt = 1) {
  const { activities, input } = prepared(cluster, step);
  return startActivity(activities.remediate, input, { attempt, scheduledTimestampMs: Date.now() });
}

/** Runs `remediate` to its end. */
export const remediateOn = (cluster: Cluster, step: StepOfTest, attempt = 1): Promise<RemediateResult> =>
  startRemediate(cluster, step, attempt).result;

/** Runs `undo` of that step to its end. */
export function undoOn(cluster: Cluster, step: StepOfTest): Promise<RemediateResult> {
  const { activities, input } = prepared(cluster, step);
  return startActivity(activities.undo, input, { scheduledTimestampMs: Date.now() }).result;
}
