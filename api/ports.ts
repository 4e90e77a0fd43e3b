import type { FastifyBaseLogger } from 'fastify';
import type { LintResult, PolicyFile } from '../config/lint-files.ts';
import type { Alert } from '../domain/alert/alert.ts';
import type { Explanation } from '../domain/analysis/explain.ts';
import type { GuardLimits } from '../domain/guard/rules/rule.ts';
import type { GuardState, Pause, Sighting } from '../domain/guard/state.ts';
import type { PolicyListing } from '../domain/policy/listing.ts';
import type { HumanMessage, HumanMessageName, Truncated, UnknownCluster } from '../domain/run/contract.ts';
import type { ErrorCode } from '../domain/run/errors.ts';
import type { Outcome, Phase, RemediationReport } from '../domain/run/outcome.ts';
import type { RunRecord } from '../domain/run/record.ts';
import type { Retention } from '../domain/run/retention.ts';
import type { RunStatus } from '../domain/run/status.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import type { SenderRateLimits } from './intake/sender-rate.ts';

/** Where alerts are held. Every call ends within its deadline; MendflowError TEMPORAL_UNAVAILABLE when it is not held. */
export interface IntakePort {
  /** Resolves once the alert is durable; `started` is false when it joined a run. */
  start(alert: Alert): Promise<{ started: boolean }>;
  /** Tells a running run that its alert is resolved; `known` is false when there is none. */
  resolve(alert: Alert): Promise<{ known: boolean }>;
}

/** What the list shows of a run; all from visibility, at most a second old. Times RFC 3339 UTC. */
export interface RunSummary {
  id: string;
  runId: string;
  /** Temporal's word, in lower case: running, completed, failed, terminated … */
  status: string;
  startedAt: string;
  closedAt?: string;
  alertname?: string;
  cluster?: string;
  namespace?: string;
  workload?: string;
  policy?: string;
  phase?: string;
  outcome?: string;
  reason?: string;
}

/** A run in full: `live` while it runs and a worker answers, `report` when it has ended, `note` when neither is there. */
export interface RunView extends RunSummary {
  live?: RunStatus;
  report?: RemediationReport;
  note?: string;
  /** Page of the run in Temporal's Web UI. */
  webUi?: string;
}

/** Which runs to list; every field validated, absent means any. */
export interface RunFilter {
  phase?: Phase | undefined;
  outcome?: Outcome | undefined;
  namespace?: string | undefined;
  workload?: string | undefined;
  policy?: string | undefined;
  /** RFC 3339; runs started at or after it. */
  since?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Reads runs and carries people's messages to them. NOT_FOUND for an unknown run, TOO_LATE for one past the question. */
export interface RunsPort {
  list(filter: RunFilter): Promise<{ runs: RunSummary[]; nextCursor?: string }>;
  show(id: string, runId?: string): Promise<RunView>;
  /** Resolves to what the run says to the message. */
  send(id: string, name: HumanMessageName, message: HumanMessage): Promise<string>;
}

/** Explains alerts by a live look; nothing is changed. WORKER_UNAVAILABLE when nobody looks within ten seconds. */
export interface ExplainPort {
  explain(alert: Alert): Promise<Explanation>;
  /** The alert that a run was started with. NOT_FOUND for an unknown run. */
  alertOf(id: string, runId?: string): Promise<Alert>;
}

/** The policies that the worker of a cluster has. WORKER_UNAVAILABLE when it does not answer within ten seconds. */
export interface PoliciesPort {
  list(cluster: string): Promise<PolicyListing>;
}

/** Which records to read: ended runs that started at or after `since`, the latest first. */
export interface RecordFilter {
  policy?: string | undefined;
  /** RFC 3339. */
  since: string;
  limit: number;
  cursor?: string | undefined;
}

/** Reads what ended runs left behind; one that ended without a report is left out. */
export interface RecordsPort {
  page(filter: RecordFilter): Promise<{ records: RunRecord[]; nextCursor?: string }>;
  /** For how long ended runs are kept. */
  retention(): Promise<Retention>;
}

/** The guard as the api sees it: `state` is absent when no worker answers in time, and `note` says so. */
export interface GuardView {
  cluster: string;
  state?: GuardState;
  note?: string;
}

/** The kill switch. A message is durable once the call returns, whether a worker runs or not. */
export interface GuardPort {
  view(): Promise<GuardView>;
  pause(pause: Pause): Promise<void>;
  resume(resume: { id: string; who: string; why: string }): Promise<void>;
  /** Workloads of which alerts came in, as their labels say it; a cluster whose guard has not begun hears nothing. */
  alerting(cluster: string, sightings: Sighting[]): Promise<void>;
  /** A sender left alerts out of a delivery: a sign of a storm. */
  truncated(truncated: Truncated): Promise<void>;
  /** Alerts of a cluster that their sender may not speak of: they start no run, so the guard is the one who tells people. */
  unknownCluster(unknown: UnknownCluster): Promise<void>;
  /** Makes cooldown, attempts and failures forget a workload; budgets do not. */
  reset(reset: { workload: string; who: string; why: string }): Promise<void>;
}

/** Lints files of policies as one set. Rejects with TOO_COMPLEX (422) or OVERLOADED (503); never holds up the process. */
export type LintPort = (files: readonly PolicyFile[], nowMs: number) => Promise<LintResult>;

/** One thing that must work before deliveries make sense. Never throws. */
export interface ReadinessCheck {
  name: string;
  /** `isWarning`: deliveries are taken all the same, and an operator must know. */
  run(): Promise<{ isOk: boolean; isWarning?: true; code?: ErrorCode; detail: string }>;
}

/** Who delivers with a token, and the clusters of which its alerts may speak; the configured one where none are listed. */
export interface Sender {
  name: string;
  clusters?: readonly string[] | undefined;
}

/** Who may call: deliveries and people have separate tokens, several of each at once. */
export interface Tokens {
  intake: readonly (Sender & { token: string })[];
  people: readonly { name: string; token: string }[];
  /** No token is asked for where none is configured. */
  allowAnonymous: boolean;
}

/** Limits of safety.md §5, in bytes, milliseconds and counts. */
export interface ApiLimits {
  bodyLimitBytes: number;
  /** Strings and containers of one delivery; a body of more is refused as too large. */
  maxBodyValues: number;
  /** Bytes, and strings and containers, of all deliveries that are being read or handed over; further ones answer 503. */
  bodyBudgetBytes: number;
  bodyBudgetValues: number;
  /** What people send, where a route does not say otherwise. */
  peopleBodyLimitBytes: number;
  headersTimeoutMs: number;
  requestTimeoutMs: number;
  connectionsCheckingIntervalMs: number;
  /** An idle connection is closed after this time and a second. */
  keepAliveTimeoutMs: number;
  maxConnections: number;
  maxConnectionsPerPeer: number;
  /** Deliveries that are being read or handed over at once; further ones answer 503. */
  maxDeliveries: number;
  /** What one sender may deliver in the long run; a delivery beyond it answers 503. */
  senderRate: SenderRateLimits;
  /** Alerts on their way to Temporal at once, all deliveries together. */
  maxStarts: number;
  /** A delivery is answered within this time, whatever its size and whatever Temporal does. */
  deliveryDeadlineMs: number;
  maxEventLoopDelayMs: number;
}

/** Everything the api needs; tests give fakes, `startApi` gives Temporal. */
export interface ApiDeps {
  cluster: string;
  intake: IntakePort;
  runs: RunsPort;
  explain: ExplainPort;
  policies: PoliciesPort;
  records: RecordsPort;
  guard: GuardPort;
  /** What the guard is configured with, to say what is left of it. */
  guardLimits: GuardLimits;
  lint: LintPort;
  readiness: readonly ReadinessCheck[];
  metrics: Pick<Metrics, 'registry' | 'alertsReceived' | 'alertsRejected' | 'httpRequestDuration'>;
  logger: FastifyBaseLogger;
  /** Unix milliseconds. */
  now: () => number;
  tokens: Tokens;
  limits?: Partial<ApiLimits>;
}
