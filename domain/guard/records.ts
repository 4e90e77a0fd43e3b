/** The entries of the guard's memory (state.ts): plain JSON, each of bounded size. */

import type { Reason } from '../run/reasons.ts';

/** Where an act takes place; budgets count by it. */
export interface Place {
  /** `namespace/Kind/name` of the top owner. */
  workload: string;
  namespace: string;
  owner?: string;
  node?: string;
  zone?: string;
}

/** A granted permit that is not released yet. */
export interface Lease extends Place {
  requestId: string;
  workflowId: string;
  runId: string;
  /** The run's execution of after a reset. */
  resetRunId?: string;
  action: string;
  failure: string;
  grantedAtMs: number;
  expiresAtMs: number;
  /** A person is asked under it: it reserves the workload and nothing else, and nothing is done under it. */
  isQuestion?: true;
}

/** A disruptive act that happened, or that must be assumed to have happened. */
export interface Act extends Place {
  runId: string;
  atMs: number;
  /** What the failure looked like that it was to heal. */
  failure: string;
  /** Absent in what an earlier build remembered. */
  action?: string;
  /** `lost`: its run never said what came of it. */
  result: 'healthy' | 'unhealthy' | 'lost';
  /** A person reset the workload: cooldown, attempts and failures forget this act, the budgets do not. */
  isForgiven?: true;
}

/** Nothing is done in the cluster while one stands. */
export interface Pause {
  id: string;
  who: string;
  why: string;
  sinceMs: number;
  /** When it ends by itself; absent: when a person lifts it. */
  untilMs?: number;
}

/** A workload that alerts, as the latest alert of it showed it. */
export interface Sighting {
  workload: string;
  namespace: string;
  atMs: number;
  traits: string[];
  /** For each of the traits the share of all other workloads that have it, in percent. Empty: too few to count; absent: counts as 0. */
  shares?: number[];
  /** Workloads of the namespace, where they were counted; absent: only the alert's labels say that it alerts. */
  known?: number;
  /** Name of the alert. */
  alertname?: string;
  /** Of a node: how many nodes were unhealthy at that look, this one among them. */
  unhealthyNodes?: number;
}

/** An alert name in a namespace for which a policy matched a verified alert: only such alerts count for a storm. */
export interface MatchedAlert {
  namespace: string;
  alertname: string;
  /** The latest match. */
  atMs: number;
  /** Workloads of the namespace; 0 where nobody counted. */
  known: number;
}

/** A sender that left alerts out of its deliveries. */
export interface Truncation {
  sender: string;
  /** First and latest time, without an hour of quiet between. */
  sinceMs: number;
  lastMs: number;
}

/** What people are still to be told; it stays here until a receiver has it. */
export interface Notice {
  /** `closed` ends what `storm` began; `update` adds to an escalation. */
  kind: 'storm' | 'closed' | 'escalation' | 'update';
  /** The same for messages that belong together, so that a receiver can join them, and for repeats. */
  key: string;
  /** Tells apart messages of one kind and key; absent where there is one. */
  occurrence?: number;
  summary: string;
  sinceMs: number;
  reason?: Reason;
  /** How to answer: commands. */
  answer?: string[];
}

/** A cluster that alerts name and that we do not know. */
export interface UnknownClusterRecord {
  cluster: string;
  /** The latest sender. */
  sender: string;
  /** Alerts of it since `sinceMs`. */
  alerts: number;
  sinceMs: number;
  lastMs: number;
  /** When people were told last; 0 where they were not. */
  toldMs: number;
  /** When the incident of the sender began with which people were told. */
  incidentMs?: number;
}

/** When a workload became healthy or failed again. */
export interface Change {
  workload: string;
  atMs: number;
  to: 'failing' | 'healthy';
}

/** A trouble that is larger than one run, and who speaks about it. */
export interface Incident {
  key: string;
  speaker: string;
  sinceMs: number;
  lastMs: number;
}

/** A workload about which a run asks a person. */
export interface Conversation {
  /** `namespace/Kind/name` of the top owner. */
  workload: string;
  /** Workflow id of the run. */
  speaker: string;
  policy?: string;
  /** Actions that it took and that did not help, and the one at which it stopped. */
  tried: string[];
  stoppedAt?: string;
  sinceMs: number;
}

/** The breaker is closed where this is absent. */
export interface Storm {
  kind: 'open' | 'halfOpen';
  sinceMs: number;
  why: string;
  /** Since when few enough workloads alert; absent while too many do. */
  calmSinceMs?: number;
}

/** Who lifted a pause, and why. */
export interface Resume {
  id: string;
  who: string;
  why: string;
  atMs: number;
}

/** Who reset a workload's history, and why. */
export interface Reset {
  /** Of the order; the guard obeys each once. */
  id?: string;
  workload: string;
  who: string;
  why: string;
  atMs: number;
}
