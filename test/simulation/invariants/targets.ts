import { namedTarget } from '../../../domain/target/named-target.ts';
import { workloadKinds } from '../../../domain/target/target.ts';
import { at, firstOf, type Invariant } from './invariant.ts';

/** G6: the fault is real and still there. */
export const liveFault: Invariant = {
  name: 'G6',
  statement: 'No act on an object that does not show the fault.',
  broken: ({ acts }) =>
    firstOf(acts, ({ truth, object, atMs }) =>
      truth.wasFaulty ? undefined : `${object.kind} ${object.name} was well when it was acted on at ${at(atMs)}`,
    ),
};

/** G7: a name is not an identity. */
export const uidFence: Invariant = {
  name: 'G7',
  statement: 'No act on an object with another uid than the one that was verified.',
  broken: ({ acts }) =>
    firstOf(acts, ({ object, grant, atMs }) => {
      const verified = object.kind === 'Pod' ? grant?.request.target.pod : grant?.request.target.workload;
      return verified?.uid === object.uid ? undefined : `${object.name} at ${at(atMs)} is not what was verified`;
    }),
};

const systemNamespace = 'kube-system';

/** G8: only what somebody replaces, and what is ours to touch. */
export const ownership: Invariant = {
  name: 'G8',
  statement: 'No act in a system namespace, on what a label takes out, or on what no controller replaces.',
  broken: ({ acts }) =>
    firstOf(acts, ({ truth, workload, atMs }) => {
      if (truth.namespaceName === systemNamespace) return `${workload} is in a system namespace, ${at(atMs)}`;
      if (truth.isOut) return `${workload} was taken out before ${at(atMs)}`;
      return (workloadKinds as readonly string[]).includes(truth.ownerKind) ? undefined : `${workload} has no owner`;
    }),
};

/** G9: an alert that names nothing names nothing. */
export const neverWiden: Invariant = {
  name: 'G9',
  statement: 'No act on anything but the workload that the alert names, and none where it names none.',
  broken: ({ acts, alerts, runs }) =>
    firstOf(acts, ({ by, workload, atMs }) => {
      const named = alerts.filter(({ workflowId }) => workflowId === by?.workflowId);
      if (!named.some((alert) => alert.workload === workload)) return `${workload} at ${at(atMs)} was not named`;
      const labels = runs.find(({ runId }) => runId === by?.runId)?.alert.labels ?? {};
      return namedTarget(labels).kind === 'unnamed' ? `${workload} at ${at(atMs)}: its labels name nothing` : undefined;
    }),
};

/** G10: evictions ask the disruption budget; nothing is ever deleted. */
export const disruptionBudgets: Invariant = {
  name: 'G10',
  statement: 'Pods are evicted, never deleted, and never against a disruption budget.',
  broken: ({ acts, schedule }) =>
    firstOf(acts, ({ verb, before, truth, workload, atMs }) => {
      if (verb !== 'evictPod' || before[0]?.phase === 'Pending') return undefined;
      const index = Number(workload.slice(workload.lastIndexOf('/w') + 2));
      const least = schedule.workloads[index]?.budget ?? 0;
      return truth.othersReady < least
        ? `${workload} at ${at(atMs)}: ${truth.othersReady} of ${least} stay`
        : undefined;
    }),
};

/** G23: what is taken comes back. Whoever acts asks after its attempt has begun. */
export const replaceable: Invariant = {
  name: 'G23',
  statement: 'No pod is taken, and no template changed, while the pods that would come are refused.',
  broken: ({ acts, refusals }) =>
    firstOf(acts, ({ truth, by, verb, object, atMs }) => {
      const askedMs = by?.attemptAtMs ?? atMs;
      const refused = refusals.find(
        ({ namespace, fromMs, toMs }) => namespace === truth.namespaceName && fromMs < askedMs && atMs < toMs,
      );
      return (
        refused && `${verb} of ${object.name} at ${at(atMs)}: every new pod is refused since ${at(refused.fromMs)}`
      );
    }),
};
