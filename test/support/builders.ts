import { actions } from '../../activities/actions/index.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import type { PermitRequest } from '../../domain/guard/permit.ts';
import { defaultLimits, type RuleInput } from '../../domain/guard/rules/rule.ts';
import type { Act, GuardState, Lease } from '../../domain/guard/state.ts';
import { emptyGuardState } from '../../domain/guard/state.ts';
import { needsApprovalIn } from '../../domain/policy/approval-need.ts';
import { type Plan, planOf } from '../../domain/policy/plan.ts';
import { type Policy, policySchema } from '../../domain/policy/policy.ts';
import type { Assessment } from '../../domain/run/assessment.ts';
import type { Surroundings } from '../../domain/target/cluster-context.ts';
import type { Target, TargetFacts } from '../../domain/target/target.ts';

/** 2026-03-01T10:00:00Z in Unix ms: the moment at which tests happen. */
export const now = Date.parse('2026-03-01T10:00:00Z');
export const minutes = (count: number) => count * 60_000;

export function anAlert(given: Partial<Alert> = {}): Alert {
  return {
    fingerprint: 'a1b2c3d4e5f60718',
    alertname: 'PodCrashLooping',
    cluster: 'default',
    status: 'firing',
    labels: { alertname: 'PodCrashLooping', namespace: 'shop', pod: 'checkout-1' },
    annotations: {},
    startsAt: '2026-03-01T09:59:00Z',
    receiver: 'mendflow',
    receivedAt: '2026-03-01T10:00:00.000Z',
    ...given,
  };
}

export function aTarget(
  given: { workload?: string; pod?: string; namespace?: string; facts?: Partial<TargetFacts> } = {},
): Target {
  const { workload = 'checkout', pod = 'checkout-1', namespace = 'shop', facts = {} } = given;
  return {
    cluster: 'default',
    namespace,
    workload: { kind: 'Deployment', namespace, name: workload, uid: `uid-of-${workload}` },
    pod: { kind: 'Pod', namespace, name: pod, uid: `uid-of-${pod}` },
    facts: {
      ownerKind: 'Deployment',
      isMirrorPod: false,
      isOptedOut: false,
      isOurs: false,
      otherReadyPods: 2,
      desiredPods: 3,
      ...facts,
    },
  };
}

/** Surroundings in which nobody objects: three pods, one of them unhealthy, in a well namespace on well nodes. */
export function surroundings(given: Partial<Surroundings> = {}): Surroundings {
  return {
    readAtMs: now,
    node: 'node-1',
    zone: 'zone-a',
    workload: { total: 3, unhealthy: 1 },
    namespace: { total: 12, unhealthy: 1 },
    inZone: { total: 6, unhealthy: 1 },
    onNode: { total: 4, unhealthy: 1 },
    workloads: 4,
    nodes: { total: 4, notReady: 0 },
    vitals: { calls: 100, p99Ms: 20, serverErrors: 0, throttled: 0 },
    traits: [],
    ...given,
  };
}

/** A policy as it stands in a file; `spec` overrides whole fields. */
export function aPolicyDocument(spec: Record<string, unknown> = {}, name = 'crash-loop') {
  return {
    apiVersion: 'mendflow.dev/v1alpha1',
    kind: 'RemediationPolicy',
    metadata: { name },
    spec: {
      mode: 'Auto',
      match: { alerts: ['alertname="PodCrashLooping"'] },
      scope: { namespaces: ['shop'] },
      verify: [{ podCondition: { reason: 'CrashLoopBackOff' } }],
      steps: [
        { evictPod: {}, within: '5m' },
        { rolloutRestart: {}, within: '10m' },
      ],
      ...spec,
    },
  };
}

export function aPolicy(spec: Record<string, unknown> = {}, name?: string): Policy {
  return policySchema(actions).parse(aPolicyDocument(spec, name));
}

export function aPlan(spec: Record<string, unknown> = {}): Plan {
  return planOf(aPolicy(spec));
}

type Actionable = Extract<Assessment, { kind: 'actionable' }>;
export function anActionable(given: Partial<Actionable> & { spec?: Record<string, unknown> } = {}): Assessment {
  const { spec, target = aTarget(), surroundings: around = surroundings(), ...rest } = given;
  const plan = aPlan(spec);
  const place = { target, surroundings: around, settings: plan.guards };
  return {
    kind: 'actionable',
    target,
    plan,
    needsApproval: plan.steps.map((step) => needsApprovalIn(step, place)),
    fault: 'CrashLoopBackOff',
    failure: 'CrashLoopBackOff app Error exit 1',
    surroundings: around,
    evidence: ['container app restarted 5 times'],
    verifiedAt: '2026-03-01T10:00:00.010Z',
    ...rest,
  };
}

export function aPermitRequest(
  given: Partial<PermitRequest> & { policy?: string; spec?: Record<string, unknown> } = {},
): PermitRequest {
  const { spec, ...rest } = given;
  const plan = aPlan(spec);
  const [step] = plan.steps;
  if (step === undefined) throw new Error('the policy has no step');
  return {
    requestId: 'run-1.0',
    workflowId: 'remediation/default/PodCrashLooping/a1',
    runId: 'run-1',
    target: aTarget(),
    surroundings: surroundings(),
    failure: 'CrashLoopBackOff app Error exit 1',
    changesMs: [],
    policy: plan.policy,
    allowedNamespaces: plan.allowedNamespaces,
    step,
    settings: plan.guards,
    leaseMs: minutes(6),
    ...rest,
  };
}

export function aLease(given: Partial<Lease> = {}): Lease {
  return {
    requestId: 'other-run.0',
    workflowId: 'remediation/default/PodCrashLooping/other',
    runId: 'other-run',
    workload: 'shop/Deployment/cart',
    namespace: 'shop',
    action: 'evictPod',
    failure: 'OOMKilled app OOMKilled exit 137',
    grantedAtMs: now - minutes(1),
    expiresAtMs: now + minutes(5),
    ...given,
  };
}

export function anAct(given: Partial<Act> = {}): Act {
  return {
    workload: 'shop/Deployment/checkout',
    namespace: 'shop',
    runId: 'earlier-run',
    failure: 'OOMKilled app OOMKilled exit 137',
    result: 'unhealthy',
    atMs: now - minutes(1),
    ...given,
  };
}

export function aGuardState(given: Partial<GuardState> = {}): GuardState {
  return { ...emptyGuardState(), ...given };
}

/** What a rule is asked; a state, a request and a time, each with a default that nobody objects to. */
export function aGuardInput(given: Partial<RuleInput> = {}): RuleInput {
  return { state: aGuardState(), request: aPermitRequest(), nowMs: now, limits: defaultLimits, ...given };
}
