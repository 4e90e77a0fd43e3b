import type { PolicyStand } from '../domain/policy/listing.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { SigningKeys } from '../domain/run/signing.ts';
import type { Action } from './actions/define-action.ts';
import type { Census } from './census.ts';
import type { Switches } from './kill-switch.ts';
import type { Cluster } from './kubernetes/port.ts';
import type { Outside } from './outside/outside.ts';
import type { Prometheus } from './prometheus.ts';

/** Bounds of the activities' own work. */
export interface ClusterLimits {
  /** Between two reads while waiting for health. */
  pollEveryMs: number;
  /** Pods of one workload that Prometheus is asked about, worst first. */
  candidates: number;
  /** Log bytes kept as evidence, all containers together. */
  evidenceBytes: number;
  /** How long `verify` tries the next step in a dry run; the rest of its own time is for its reads. */
  trialMs: number;
}

export const clusterLimits: ClusterLimits = {
  pollEveryMs: 1_000,
  candidates: 5,
  evidenceBytes: 16_384,
  trialMs: 8_000,
};

/** Everything that the activities of one cluster touch. */
export interface ClusterDeps {
  cluster: Cluster;
  clusterName: string;
  /** The policies in force now. */
  policies: () => readonly Policy[];
  /** Where they are read from, and what is refused there now. */
  policySource: () => Omit<PolicyStand, 'policies'>;
  actions: readonly Action[];
  /** Absent: a policy that asks Prometheus fails with PROMETHEUS_UNAVAILABLE. */
  prometheus?: Prometheus;
  /** Unix ms. */
  now: () => number;
  /** A clock that only ever goes on, ms. */
  monotonicMs: () => number;
  /** They verify the hub's tickets; without one nothing is done. */
  keys: SigningKeys;
  /** The namespace that Mendflow itself runs in, which it never touches. */
  /** Who is there, at most five seconds ago. */
  census: (namespace: string) => Promise<Census>;
  /** What actions reach beside the cluster. */
  outside: Outside;
  switches: Switches;
  /** Why the guard is paused right now, or undefined; rejects when the guard cannot be asked. */
  guardPause: () => Promise<string | undefined>;
  identity: { ownNamespace?: string };
  logger: { warn(fields: object, message: string): void };
  limits: ClusterLimits;
}
