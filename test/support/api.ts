import type { FastifyInstance } from 'fastify';
import { actions } from '../../activities/actions/index.ts';
import { buildApp } from '../../api/app.ts';
import type { ApiDeps } from '../../api/ports.ts';
import { lintFiles } from '../../config/lint-files.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import { defaultLimits } from '../../domain/guard/rules/rule.ts';
import { emptyGuardState, type GuardState, type Pause, type Sighting } from '../../domain/guard/state.ts';
import type { PolicyListing } from '../../domain/policy/listing.ts';
import { remediationWorkflowId, type Truncated, type UnknownCluster } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { retentionWantedMs } from '../../domain/run/retention.ts';
import { createLogger } from '../../telemetry/log.ts';
import { createMetrics } from '../../telemetry/metrics.ts';

export const intakeToken = 'intake-token-0123456789';
export const personToken = 'person-token-0123456789';
export const nowMs = Date.parse('2026-03-01T10:00:00Z');

/** Bearer header of Alertmanager. */
export const asAlertmanager = { authorization: `Bearer ${intakeToken}` };
/** Bearer header of a person called ada. */
export const asAda = { authorization: `Bearer ${personToken}` };

/** Holds alerts in memory as Temporal would: one run per alert until it is closed. */
export class FakeIntake {
  readonly running = new Map<string, Alert>();
  readonly starts: Alert[] = [];
  readonly resolves: Alert[] = [];
  isDown = false;
  /** Set to let the next calls wait until it resolves. */
  gate: Promise<void> = Promise.resolve();
  inFlight = 0;
  mostInFlight = 0;

  async start(alert: Alert): Promise<{ started: boolean }> {
    return this.#call(() => {
      this.starts.push(alert);
      const id = remediationWorkflowId(alert);
      const started = !this.running.has(id);
      this.running.set(id, alert);
      return { started };
    });
  }

  async resolve(alert: Alert): Promise<{ known: boolean }> {
    return this.#call(() => {
      this.resolves.push(alert);
      return { known: this.running.has(remediationWorkflowId(alert)) };
    });
  }

  async #call<T>(work: () => T): Promise<T> {
    this.inFlight += 1;
    this.mostInFlight = Math.max(this.mostInFlight, this.inFlight);
    try {
      await this.gate;
      if (this.isDown) throw new MendflowError('TEMPORAL_UNAVAILABLE', 'start: connection refused');
      return work();
    } finally {
      this.inFlight -= 1;
    }
  }
}

/** Keeps pauses; `state` may be taken away to play a worker that does not answer. */
export class FakeGuard {
  state: GuardState | undefined = emptyGuardState();
  readonly resumed: string[] = [];
  readonly resets: { workload: string; who: string }[] = [];

  async view() {
    return {
      cluster: 'default',
      ...(this.state === undefined ? { note: 'The guard does not answer' } : { state: this.state }),
    };
  }
  /** Workloads that alert, as it was told. */
  readonly sightings: Sighting[] = [];
  async alerting(_cluster: string, sightings: Sighting[]) {
    this.sightings.push(...sightings);
  }
  /** Who left alerts out, as it was told. */
  readonly truncations: Truncated[] = [];
  async truncated(truncated: Truncated) {
    this.truncations.push(truncated);
  }
  /** Unknown clusters, as it was told of them. */
  readonly unknownClusters: UnknownCluster[] = [];
  async unknownCluster(unknown: UnknownCluster) {
    this.unknownClusters.push(unknown);
  }
  async pause(pause: Pause) {
    if (this.state !== undefined) this.state = { ...this.state, pauses: [...this.state.pauses, pause] };
  }
  async resume({ id }: { id: string }) {
    this.resumed.push(id);
    if (this.state !== undefined) {
      this.state = { ...this.state, pauses: this.state.pauses.filter((pause) => pause.id !== id) };
    }
  }
  async reset(reset: { workload: string; who: string; why: string }) {
    this.resets.push(reset);
  }
}

/** No run is there. */
export const noRuns: ApiDeps['runs'] = {
  list: async () => ({ runs: [] }),
  show: async (id) => {
    throw new MendflowError('NOT_FOUND', `There is no run ${id}.`);
  },
  send: async () => 'is taken',
};

const noLook: ApiDeps['explain'] = {
  explain: async ({ cluster }) => {
    throw new MendflowError('WORKER_UNAVAILABLE', `No worker of the cluster ${cluster} took it up in time.`);
  },
  alertOf: async (id) => {
    throw new MendflowError('NOT_FOUND', `There is no run ${id}.`);
  },
};

/** A worker with one policy, whose latest file is refused. */
export const aListing: PolicyListing = {
  cluster: 'default',
  source: '/etc/mendflow/policies',
  policies: [
    {
      name: 'memory-leak',
      mode: 'Auto',
      alerts: ['alertname="MemoryLeakDetected"'],
      namespaces: ['shop'],
      steps: ['evictPod', 'rolloutRestart'],
    },
  ],
  refused: ['/etc/mendflow/policies/memory-leak.yaml:7 spec.mode: must be one of Observe, DryRun, Approve, Auto'],
};

/** An app over fakes; give what the test is about. */
export async function anApp(deps: Partial<ApiDeps> = {}): Promise<FastifyInstance> {
  return buildApp({
    cluster: 'default',
    intake: new FakeIntake(),
    runs: noRuns,
    explain: noLook,
    policies: { list: async (cluster) => ({ ...aListing, cluster }) },
    records: {
      page: async () => ({ records: [] }),
      retention: async () => ({ namespace: 'mendflow', keptMs: retentionWantedMs }),
    },
    guard: new FakeGuard(),
    guardLimits: defaultLimits,
    lint: async (files, atMs) =>
      lintFiles(files, { actions, receivers: ['oncall-chat'], hasFallbackReceiver: false, nowMs: atMs }),
    readiness: [{ name: 'temporal', run: async () => ({ isOk: true, detail: 'answers' }) }],
    metrics: createMetrics({ withProcess: false }),
    logger: createLogger({ level: 'silent', name: 'test' }),
    now: () => nowMs,
    tokens: {
      intake: [{ name: 'alertmanager', token: intakeToken }],
      people: [{ name: 'ada', token: personToken }],
      allowAnonymous: false,
    },
    ...deps,
    // Tests share their machine with other tests; the one about a process that is behind says when it is.
    limits: { maxEventLoopDelayMs: 60_000, ...deps.limits },
  });
}

/** An alert as Alertmanager writes it in a webhook. */
export function anAlertItem(given: { labels?: Record<string, string>; [field: string]: unknown } = {}) {
  const { labels, ...rest } = given;
  return {
    status: 'firing',
    labels: { alertname: 'MemoryLeakDetected', namespace: 'shop', pod: 'checkout-1', ...labels },
    annotations: { summary: 'checkout-1 leaks' },
    startsAt: '2026-03-01T09:59:00Z',
    endsAt: '0001-01-01T00:00:00Z',
    generatorURL: 'http://prometheus.example/graph',
    ...rest,
  };
}

/** A webhook body of Alertmanager v4. */
export function aWebhook(alerts: unknown[] = [anAlertItem()], rest: Record<string, unknown> = {}) {
  return {
    version: '4',
    groupKey: '{}:{namespace="shop"}',
    truncatedAlerts: 0,
    status: 'firing',
    receiver: 'mendflow',
    groupLabels: { namespace: 'shop' },
    commonLabels: {},
    commonAnnotations: {},
    externalURL: 'http://alertmanager.example',
    alerts,
    ...rest,
  };
}
