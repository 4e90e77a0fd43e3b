import { actions } from '../../../activities/actions/index.ts';
import { defaultLimits, type GuardLimits } from '../../../domain/guard/rules/rule.ts';
import { type Policy, policySchema } from '../../../domain/policy/policy.ts';
import { deploy } from '../../../simulation/cluster/deploy.ts';
import type { WorkloadRecord } from '../../../simulation/cluster/records.ts';
import type { Store } from '../../../simulation/cluster/store.ts';
import type { Network } from '../../../simulation/network.ts';
import type { FaultInjection } from '../../../simulation/temporal/fault-injection.ts';
import { Random } from '../../../simulation/temporal/random.ts';
import type { FaultInjectionPlan, LimitsPlan, PolicyPlan, WorkloadPlan } from './schedule.ts';

const steps = {
  evict: [{ evictPod: {}, within: '5m' }],
  evictThenRestart: [
    { evictPod: {}, within: '4m' },
    { rolloutRestart: {}, within: '6m' },
  ],
  restart: [{ rolloutRestart: {}, within: '6m' }],
};

/** Reading a policy costs more than a whole simulated day, so each kind is read once. */
const read = new Map<string, Policy>();

function basePolicy(kind: PolicyPlan['steps'], approval: PolicyPlan['approval'], hasFreeze: boolean): Policy {
  const key = `${kind} ${approval} ${hasFreeze}`;
  const known = read.get(key);
  if (known !== undefined) return known;
  const policy = policySchema(actions).parse({
    apiVersion: 'mendflow.dev/v1alpha1',
    kind: 'RemediationPolicy',
    metadata: { name: 'day' },
    spec: {
      match: { alerts: ['alertname="PodFails"'] },
      scope: { namespaces: ['shop', 'cart', 'kube-system'] },
      verify: [{ podCondition: { reason: 'CrashLoopBackOff' } }],
      steps: steps[kind].map((step) => ({ ...step, approval })),
      escalation: [{ notify: ['oncall'], acknowledgeWithin: '15m' }, { notify: ['pager'] }],
      approval: { expiresAfter: '6m' },
      guards: hasFreeze ? { freezes: [{ schedule: '0 11 * * *', duration: '1h' }] } : {},
    },
  });
  read.set(key, policy);
  return policy;
}

/** The policy of a plan, in the mode that is asked for. */
export function policyOf(plan: PolicyPlan, mode: PolicyPlan['mode'] = plan.mode): Policy {
  const { metadata, spec, ...head } = basePolicy(plan.steps, plan.approval, plan.hasFreeze);
  const { perEpisode, perDay, minReady, twoPeople } = plan;
  const guards = {
    ...spec.guards,
    cooldown: plan.cooldownMinutes * 60_000,
    attempts: { ...spec.guards.attempts, perEpisode, max: perDay },
    maxUnhealthy: { percent: plan.maxUnhealthyPercent },
    minReady,
    holdAtMost: plan.holdMinutes * 60_000,
    budgets: namespaceBudgets(plan),
  };
  return { ...head, metadata, spec: { ...spec, mode, guards, approval: { ...spec.approval, twoPeople } } };
}

/** The freezes of the day that begins then, at 10:00 UTC: one from 11:00 to 12:00, or none. */
export const freezesOf = ({ hasFreeze }: PolicyPlan, dayStartMs: number) =>
  hasFreeze ? [{ fromMs: dayStartMs + 3_600_000, toMs: dayStartMs + 7_200_000 }] : [];

/** Events after which a workflow is told to continue as new: few, so that it happens often. */
export const eventsPerRun = 150;

/** Time that the budget of a namespace looks at. */
export const namespaceBudgetMs = 1_800_000;

const namespaceBudgets = ({ namespaceBudget: count }: PolicyPlan) =>
  count === 0 ? [] : [{ scope: 'namespace' as const, max: { count }, per: namespaceBudgetMs }];

/** The cluster's limits of a plan. */
export function limitsOf({ burst, perWindow, perNamespace, perCluster, stormWorkloads }: LimitsPlan): GuardLimits {
  return {
    ...defaultLimits,
    budget: { ...defaultLimits.budget, burst, perWindow },
    concurrency: { namespace: perNamespace, cluster: perCluster },
    storm: { ...defaultLimits.storm, workloads: stormWorkloads },
  };
}

/** Puts the workloads of a plan on four nodes in two zones. */
export function furnish(store: Store, plans: readonly WorkloadPlan[]): WorkloadRecord[] {
  for (const [index, name] of ['n1', 'n2', 'n3', 'n4'].entries()) store.addNode(name, index < 2 ? 'a' : 'b');
  return plans.map((plan, index) => {
    const { namespace, kind, replicas, budget } = plan;
    const name = `w${index}`;
    const labels = plan.isOut ? { labels: { 'mendflow.dev/remediation': 'disabled' } } : {};
    if (budget !== undefined && budget > 0)
      store.budgets.push({ namespace, labels: { app: name }, minAvailable: budget });
    return deploy(store, { namespace, name, kind, replicas, ...labels }).workload;
  });
}

const thousandths = (share: number) => share / 1_000;

/** The fault injection and the network of a plan. */
export function faultInjectionOf(
  plan: FaultInjectionPlan,
  seed: number,
): { faultInjection: FaultInjection; network: Network } {
  const random = new Random(seed);
  return {
    faultInjection: {
      latencyMs: () => (random.chance(thousandths(plan.late)) ? random.between(1, 2_000) : 0),
      losesResultOf: () => random.chance(thousandths(plan.lostResults)),
    },
    network: () => {
      const delayMs = random.chance(thousandths(plan.slowCalls)) ? random.between(1, 1_500) : 0;
      if (random.chance(thousandths(plan.refusedCalls))) return { delayMs, end: 'refused' };
      if (random.chance(thousandths(plan.lostAnswers))) return { delayMs, end: 'lost' };
      if (random.chance(thousandths(plan.deaths)))
        return { delayMs, end: random.chance(0.5) ? 'diesBefore' : 'diesAfter' };
      return delayMs === 0 ? undefined : { delayMs, end: 'answered' };
    },
  };
}
