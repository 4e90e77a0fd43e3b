import type { Action } from '../../../activities/actions/define-action.ts';
import { createClusterActivities } from '../../../activities/cluster-activities.ts';
import type { RemediateInput, RemediateResult } from '../../../activities/contract.ts';
import type { Cluster } from '../../../activities/kubernetes/port.ts';
import type { ObjectRef, Target } from '../../../domain/target.ts';
import { anActionAlert } from '../../activities/support/builders.ts';
import { startActivity } from '../../activities/support/run-activity.ts';
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

type StepChanges = Partial<RemediateInput> & { params?: Record<string, unknown> };

/** The step as a policy would plan it, with the action's defaults. */
export const aStep = (
  action: Action,
  target: Target,
  { params = {}, ...changes }: StepChanges = {},
): RemediateInput => ({
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
  grantedAtMs: Date.now(),
  notAfterMs: Date.now() + 60_000,
  dryRun: false,
  allowedManagers: [],
  alert: anActionAlert,
  ...changes,
});

const activitiesOn = (cluster: Cluster) =>
  createClusterActivities({
    cluster,
    clusterName: 'sandbox',
    policies: () => [],
    now: Date.now,
    outside: testOutside(),
    switches: { mode: 'Auto' },
    guardPause: async () => undefined,
    identity: {},
    logger: { warn: () => undefined },
  });

/** `remediate` as Temporal would run it, as this attempt of the activity; it can be cancelled. */
export const startRemediate = (cluster: Cluster, input: RemediateInput, attempt = 1) =>
  startActivity(activitiesOn(cluster).remediate, input, { attempt, scheduledTimestampMs: Date.now() });

/** Runs `remediate` to its end. */
export const remediateOn = (cluster: Cluster, input: RemediateInput, attempt = 1): Promise<RemediateResult> =>
  startRemediate(cluster, input, attempt).result;

/** Runs `undo` of that step to its end. */
export const undoOn = (cluster: Cluster, input: RemediateInput): Promise<RemediateResult> =>
  startActivity(activitiesOn(cluster).undo, input, { scheduledTimestampMs: Date.now() }).result;
