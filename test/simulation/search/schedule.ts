import type { WorkloadKind } from '../../../domain/target/target.ts';
import type { FaultShape } from '../../../simulation/cluster/faults.ts';

/** Namespaces of the schedules: two that the policy is for, one that nothing may ever be done in. */
export const namespaces = ['shop', 'cart', 'kube-system'] as const;

export interface WorkloadPlan {
  namespace: (typeof namespaces)[number];
  kind: WorkloadKind;
  replicas: number;
  /** Carries the label that takes it out. */
  isOut: boolean;
  /** Pods that its disruption budget keeps ready; absent: it has none. */
  budget?: number;
}

export interface PolicyPlan {
  mode: 'Observe' | 'DryRun' | 'Approve' | 'Auto';
  steps: 'evict' | 'evictThenRestart' | 'restart';
  approval: 'None' | 'WhenRisky' | 'Required';
  twoPeople: boolean;
  cooldownMinutes: number;
  perEpisode: number;
  perDay: number;
  maxUnhealthyPercent: number;
  minReady: number;
  /** No acts between 11:00 and 12:00 UTC; schedules begin at 10:00. */
  hasFreeze: boolean;
  holdMinutes: number;
  /** Acts in a namespace in half an hour; 0: the policy has no such budget. */
  namespaceBudget: number;
}

export interface LimitsPlan {
  burst: number;
  perWindow: number;
  perNamespace: number;
  perCluster: number;
  stormWorkloads: number;
}

/** Shares in thousandths. */
export interface FaultInjectionPlan {
  late: number;
  lostResults: number;
  refusedCalls: number;
  lostAnswers: number;
  deaths: number;
  slowCalls: number;
}

/** What an alert's labels say. */
export type Naming = 'pod' | 'workload' | 'nothing' | 'empty' | 'wrongNamespace' | 'otherWorkload';

/** What happens, `at` minutes after the start. */
export type ScheduledEvent = { at: number } & (
  | {
      kind: 'trouble';
      workload: number;
      pod: number;
      shape: FaultShape;
      where: 'pod' | 'node' | 'template';
      /** Minutes; 0: for ever. */
      lasts: number;
      naming: Naming;
      copies: number;
    }
  | { kind: 'falseAlarm'; workload: number; pod: number; naming: Naming }
  /** `firing` begins a new episode where the alert was resolved; `repeat` says the last thing again. */
  | { kind: 'resolved' | 'firing' | 'repeat'; alert: number }
  /** The alert is resolved and fires anew, so many times, so many seconds apart. */
  | { kind: 'flap'; alert: number; times: number; seconds: number }
  | { kind: 'crash'; who: 'hub' | 'worker' | 'all'; seconds: number }
  /** Somebody ends a run in Temporal's Web UI. */
  | { kind: 'terminate' | 'cancel'; run: number }
  /** `guard`: a person lifts it; `timed`: it ends by itself. */
  | { kind: 'pause'; how: 'guard' | 'timed' | 'configMap' | 'namespace'; minutes: number }
  | { kind: 'answer'; how: Answering; who: 'ada' | 'bo' }
  | { kind: 'mode'; mode: PolicyPlan['mode'] }
  | { kind: 'rollout' | 'reset' | 'optOut'; workload: number }
  | { kind: 'nodeDown'; node: number; minutes: number }
  | { kind: 'truncated' }
  /** A delivery names a cluster that we do not know, so many times, so many seconds apart. */
  | { kind: 'unknownCluster'; name: number; times: number; seconds: number }
  /** Somebody sends what nobody asked for: the nth of the texts to a name, as a signal and as an update. */
  | { kind: 'garbage'; to: 'run' | 'guard'; name: number; value: number }
  /** Somebody terminates the guard in Temporal's Web UI. */
  | { kind: 'guardEnds' }
  /** `all`: what they share is away, as a proxy is. */
  | { kind: 'receiver'; receiver: Receiver | 'all'; how: 'fails' | 'refuses' | 'hangs' | 'late'; minutes: number }
  /** The API server cannot be reached. */
  | { kind: 'unreadable'; minutes: number }
  /** The admission of a namespace refuses every new pod. */
  | { kind: 'refusal'; namespace: 'shop' | 'cart'; minutes: number }
);

/** Whom the policy of the schedules tells, and who is told when no policy says whom. */
export const receivers = ['oncall', 'pager', 'fallback'] as const;
export type Receiver = (typeof receivers)[number];

/** How a person answers whatever is asked just then. */
export type Answering =
  | 'approve'
  | 'approveOther'
  | 'forge'
  | 'reject'
  | 'acknowledge'
  | 'retry'
  | 'abort'
  | 'takeOver';

/** Everything that a simulated day is made of: the same schedule gives the same day. */
export interface Schedule {
  /** Of the fault injection. */
  seed: number;
  workloads: WorkloadPlan[];
  policy: PolicyPlan;
  limits: LimitsPlan;
  faultInjection: FaultInjectionPlan;
  events: ScheduledEvent[];
}
