import { cooldownMs } from '../../../domain/guard/rules/cooldown.ts';
import { namespaceBudgetMs } from '../search/setup.ts';
import type { Act, Ruling, Trace } from '../search/trace.ts';
import { at, firstOf, type Invariant } from './invariant.ts';

const dayMs = 86_400_000;

/** G1: whatever happens, no more than burst and refill together in any window. */
export const budget: Invariant = {
  name: 'G1',
  statement:
    'Acts in any ten minutes stay within the budget of the cluster, and in a namespace within that of the policy.',
  broken: ({ acts, limits, schedule }) => {
    const { burst, perWindow, windowMs } = limits.budget;
    const { namespaceBudget } = schedule.policy;
    const ofNamespaces = Map.groupBy(acts, ({ truth }) => truth.namespaceName);
    const inNamespace =
      namespaceBudget === 0
        ? undefined
        : firstOf([...ofNamespaces.values()], (some) => tooMany(some, namespaceBudget, namespaceBudgetMs));
    return tooMany(acts, burst + perWindow, windowMs) ?? inNamespace;
  },
};

function tooMany(acts: readonly Act[], most: number, withinMs: number): string | undefined {
  return firstOf(acts, ({ atMs }, index) => {
    const earlier = acts[index - most];
    if (earlier === undefined || atMs - earlier.atMs >= withinMs) return undefined;
    return `${most + 1} acts between ${at(earlier.atMs)} and ${at(atMs)}`;
  });
}

/** Acts of one workload that count, which a reset by a person ends. */
function counted({ acts, resets }: Trace, act: Act): Act[] {
  const forgottenMs = Math.max(
    ...resets.filter(({ workload, atMs }) => workload === act.workload && atMs <= act.atMs).map(({ atMs }) => atMs),
  );
  return acts.filter((other) => other.workload === act.workload && other.atMs < act.atMs && other.atMs > forgottenMs);
}

/** G2: the cooldown, and the attempts. */
export const cooldown: Invariant = {
  name: 'G2',
  statement: 'No act on a workload inside its cooldown, and no more of them than the policy allows.',
  broken: (trace) =>
    firstOf(trace.acts, (act) => {
      const before = counted(trace, act);
      const last = before.at(-1);
      if (last === undefined) return undefined;
      const { cooldown: baseMs, attempts } = act.policy.spec.guards;
      const restMs = cooldownMs(
        before.map(({ atMs }) => atMs),
        baseMs,
      );
      if (act.atMs - last.atMs < restMs) return `${act.workload} at ${at(last.atMs)} and again at ${at(act.atMs)}`;
      const today = before.filter(({ atMs }) => atMs > act.atMs - dayMs).length;
      const ofRun = before.filter(({ by }) => by?.runId === act.by?.runId).length;
      if (today >= attempts.max) return `${today + 1} acts on ${act.workload} in a day`;
      return ofRun >= attempts.perEpisode ? `${ofRun + 1} acts of ${act.by?.runId}` : undefined;
    }),
};

/** G3: what the guard allows at the same time, in every state that it decided from. */
export const concurrency: Invariant = {
  name: 'G3',
  statement: 'Every act has a lease, and leases stay within one a workload and the numbers of namespace and cluster.',
  broken: ({ acts, rulings, limits }) =>
    firstOf(acts, withoutLease) ??
    firstOf(rulings, ({ atMs, state, request, decision }) => {
      if (decision.verdict.kind !== 'grant' || request.isRehearsal) return undefined;
      const leases = state.leases.filter(
        ({ requestId, expiresAtMs }) =>
          requestId !== request.renews && requestId !== request.requestId && expiresAtMs > atMs,
      );
      const { namespace, ref } = { namespace: request.target.namespace, ref: request.target.workload };
      const key = `${ref.namespace}/${ref.kind}/${ref.name}`;
      if (leases.some(({ workload }) => workload === key)) return `two leases on ${key} at ${at(atMs)}`;
      // A question to a person reserves its workload only.
      if (decision.effects.some((effect) => effect.type === 'leaseOpened' && effect.lease.isQuestion)) return undefined;
      const acting = leases.filter(({ isQuestion }) => isQuestion !== true);
      if (acting.filter((lease) => lease.namespace === namespace).length >= limits.concurrency.namespace)
        return `too many leases in ${namespace} at ${at(atMs)}`;
      return acting.length >= limits.concurrency.cluster ? `too many leases at ${at(atMs)}` : undefined;
    }),
};

function withoutLease({ atMs, by, lease, workload, verb }: Act): string | undefined {
  const what = `${verb} on ${workload} at ${at(atMs)} by ${by?.runId}`;
  if (lease === undefined) return `${what} without a lease`;
  if (lease.workload !== workload) return `${what} under a lease for ${lease.workload}`;
  return by !== undefined && by.issuedAtMs > lease.expiresAtMs ? `${what} after its lease ended` : undefined;
}

/** G20: nothing that was done is forgotten, and nothing that was reserved stays reserved. */
export const reserved: Invariant = {
  name: 'G20',
  statement: 'The guard knows of every act, and no lease outlives its time.',
  broken: (trace) => firstOf(trace.acts, (act) => unknownTo(trace, act)) ?? firstOf(trace.rulings, staleLease),
};

function unknownTo({ guard, acts }: Trace, { workload, atMs, by }: Act): string | undefined {
  const ofRun = acts.filter((other) => other.workload === workload && other.by?.runId === by?.runId);
  const known = [...guard.acts, ...guard.leases].filter(
    (other) => other.workload === workload && other.runId === by?.runId,
  );
  if (known.length >= ofRun.length) return undefined;
  return `the guard knows of ${known.length} of ${ofRun.length} acts of ${by?.runId} on ${workload}, the last at ${at(atMs)}`;
}

/** What the same decision closes counts as closed. */
function staleLease({ atMs, state, decision }: Ruling): string | undefined {
  const closed = new Set(
    decision.effects.flatMap((effect) => (effect.type === 'leaseClosed' ? [effect.requestId] : [])),
  );
  const stale = state.leases.find(({ expiresAtMs, requestId }) => expiresAtMs <= atMs && !closed.has(requestId));
  return stale && decision.verdict.kind === 'grant' && decision.effects.some(({ type }) => type === 'pruned')
    ? `the lease of ${stale.runId} is still held at ${at(atMs)}`
    : undefined;
}
