import type { Assessment } from '../../../domain/assessment.ts';
import { optOutLabel } from '../../../domain/contract.ts';
import type { Decision } from '../../../domain/decide.ts';
import { type GuardEffect, placeOf } from '../../../domain/guard-state.ts';
import type { PermitRequest } from '../../../domain/permit.ts';
import type { PretendedCluster } from '../../../simulation/cluster/pretended-cluster.ts';
import type { Tamper } from '../../../simulation/world.ts';

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

/** On top of an old look: whoever has the name of the target by now is acted on. */
export function takeNamesForUids(): Tamper {
  const { worker: asWorker } = rememberVerify();
  let live: PretendedCluster | undefined;
  return {
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
          return forgetful.remediate({ ...input, target: { ...target, ...(pod && { pod: pod.ref }) } });
        },
      };
    },
  };
}

/** The first look at a workload is believed for ever. */
export function rememberVerify(): Tamper {
  const first = new Map<string, Assessment>();
  return {
    worker: (worker) => ({
      ...worker,
      verify: async (input) => {
        const key = `${input.alert.labels.namespace}/${(input.alert.labels.pod ?? input.alert.labels.deployment ?? '').split('-')[0]}`;
        const known = first.get(key);
        const assessment = known ?? (await worker.verify(input));
        if (assessment.kind === 'actionable') first.set(key, assessment);
        return assessment;
      },
      remediate: (input) => worker.remediate({ ...input, checks: [] }),
    }),
  };
}

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
