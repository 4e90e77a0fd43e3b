import type { RemediateInput } from '../../../activities/contract.ts';
import type { Decision } from '../../../domain/guard/decide.ts';
import type { PermitRequest } from '../../../domain/guard/permit.ts';
import { type GuardEffect, placeOf } from '../../../domain/guard/state.ts';
import { signApproval } from '../../../domain/run/approval.ts';
import type { Assessment } from '../../../domain/run/assessment.ts';
import { optOutLabel } from '../../../domain/run/contract.ts';
import { signTicket } from '../../../domain/run/ticket.ts';
import { admitReplacement } from '../../../simulation/cluster/replacements.ts';
import type { SimulatedCluster } from '../../../simulation/cluster/simulated-cluster.ts';
import type { Store } from '../../../simulation/cluster/store.ts';
import { type Tamper, worldKeys } from '../../../simulation/world.ts';

/** The rules without one of them: what it refuses is granted. */
export function without(guard: string): Tamper {
  return {
    hub: (hub) => ({
      ...hub,
      decidePermits: async (input) => {
        const decisions = await hub.decidePermits(input);
        return decisions.map((decision, index) =>
          decision.guard === guard ? granted(decision, input.requests[index] as PermitRequest, input.nowMs) : decision,
        );
      },
    }),
  };
}

function granted({ requestId, effects }: Decision, request: PermitRequest, nowMs: number): Decision {
  const { workflowId, runId, step, failure, target, surroundings, leaseMs } = request;
  const span = { grantedAtMs: nowMs, expiresAtMs: nowMs + leaseMs };
  const lease = {
    requestId,
    workflowId,
    runId,
    ...placeOf(target, surroundings),
    action: step.action,
    failure,
    ...span,
  };
  const kept = effects.filter(({ type }) => type !== 'answered' && type !== 'incident');
  const opened: GuardEffect = { type: 'leaseOpened', lease };
  return { requestId, verdict: { kind: 'grant', ...span }, effects: [...kept, opened] };
}

/** Every place is taken for a healthy one. */
export const countNoUnhealthy: Tamper = {
  worker: (worker) => ({
    ...worker,
    verify: async (input) => {
      const assessment = await worker.verify(input);
      if (assessment.kind !== 'actionable') return assessment;
      const { workload, namespace, inZone } = assessment.surroundings;
      const well = {
        workload: { ...workload, unhealthy: 0 },
        namespace: { ...namespace, unhealthy: 0 },
        ...(inZone && { inZone: { ...inZone, unhealthy: 0 } }),
      };
      const needsApproval = assessment.needsApproval.map(() => false);
      return { ...assessment, needsApproval, surroundings: { ...assessment.surroundings, ...well } };
    },
  }),
};

/** On top of an old look: whoever has the name of the target by now is acted on, with a ticket for it. */
export function takeNamesForUids(): Tamper {
  const { worker: asWorker, policies } = rememberVerify();
  let live: SimulatedCluster | undefined;
  return {
    ...(policies && { policies }),
    port: (port, cluster) => {
      live = cluster;
      return port;
    },
    worker: (worker) => {
      const forgetful = asWorker?.(worker) ?? worker;
      return {
        ...forgetful,
        remediate: async ({ target, ...input }) => {
          const pod = target.pod && (await live?.getPod(target.namespace, target.pod.name));
          return forgetful.remediate(signedAnew({ ...input, target: { ...target, ...(pod && { pod: pod.ref }) } }));
        },
      };
    },
  };
}

/** The input as the hub would have signed it. */
function signedAnew(input: RemediateInput): RemediateInput {
  const { ticket, token, policy, step, target, alert } = input;
  if (ticket === undefined) return input;
  const { cluster, workflowId, runId } = ticket;
  const signed = signTicket(worldKeys, { cluster, workflowId, runId, token, policy, step, target, alert }, ticket);
  return { ...input, ...(signed && { ticket: signed }) };
}

/** The first look at a workload is believed for ever, and nothing is looked at before an act. */
export function rememberVerify(): Tamper {
  const first = new Map<string, Assessment>();
  let isActing = false;
  return {
    policies: (policies) =>
      isActing ? policies.map((policy) => ({ ...policy, spec: { ...policy.spec, verify: [] } })) : policies,
    worker: (worker) => ({
      ...worker,
      verify: async (input) => {
        const key = `${input.alert.labels.namespace}/${(input.alert.labels.pod ?? input.alert.labels.deployment ?? '').split('-')[0]}`;
        const known = first.get(key);
        const assessment = known ?? (await worker.verify(input));
        if (assessment.kind === 'actionable') first.set(key, assessment);
        return assessment;
      },
      remediate: (input) => {
        // Policies are asked for before the first wait.
        isActing = true;
        const done = worker.remediate(input);
        isActing = false;
        return done;
      },
    }),
  };
}

/** Anybody's yes is the api's. */
export const believeEverybody: Tamper = {
  hub: (hub) => ({
    ...hub,
    verifyApproval: async () => ({ isGenuine: true }),
    askGuard: ({ act, ...asked }) => {
      const { workflowId } = asked.request;
      const answers = act?.approval?.answers.map((answer) => {
        const signature = signApproval(worldKeys, workflowId, answer);
        return { ...answer, ...(signature && { signature }) };
      });
      const approval = act?.approval && { ...act.approval, answers: answers ?? [] };
      return hub.askGuard({ ...asked, ...(act && { act: { ...act, ...(approval && { approval }) } }) });
    },
  }),
};

/** The label that takes an object out is not seen. */
export const blindToOptOut: Tamper = {
  port: (port) => ({
    ...port,
    getPod: async (...args) => withoutLabel(await port.getPod(...args)),
    getWorkload: async (...args) => withoutLabel(await port.getWorkload(...args)),
  }),
};

function withoutLabel<T extends { labels: Record<string, string> } | undefined>(found: T): T {
  if (found === undefined) return found;
  const { [optOutLabel]: _, ...labels } = found.labels;
  return { ...found, labels };
}

/** The admission of the cluster is taken for one that refuses nothing. */
export const admitEverything: Tamper = {
  port: (port, { store }) => {
    const open: Store = Object.create(store, { refusals: { value: new Map() } });
    return { ...port, admitReplacement: async (replacement) => admitReplacement(open, replacement) };
  },
};
