import { Client, type Connection, type WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker';
import type { HubActivities } from '../../activities/contract.ts';
import { withErrorBoundary } from '../../activities/error-boundary.ts';
import { openGuardDesk } from '../../activities/guard-desk.ts';
import { guardExchange } from '../../activities/guard-exchange.ts';
import { judgeGuards } from '../../activities/judge-guards.ts';
import { decidePermits, passTime } from '../../activities/permits.ts';
import { verifyApproval, verifyGuardOrder } from '../../activities/verify-approval.ts';
import type { Alert } from '../../domain/alert.ts';
import {
  clusterTaskQueue,
  explanationWorkflowId,
  guardDecide,
  guardSignals,
  guardTaskQueue,
  guardWorkflowId,
  hubTaskQueue,
  remediationWorkflowId,
  workflowTypes,
} from '../../domain/contract.ts';
import type { Explanation } from '../../domain/explain.ts';
import { type GuardOrderKind, signOrder } from '../../domain/guard-order.ts';
import type { GuardState } from '../../domain/guard-state.ts';
import { defaultLimits } from '../../domain/guards/guard.ts';
import type { Verdict } from '../../domain/permit.ts';
import { resolveBinary } from '../../sandbox/binaries.ts';
import { silent } from '../../sandbox/progress.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { guardLink } from '../../worker/guard-link.ts';
import { anAlert, aPermitRequest, now } from './builders.ts';
import { endingLink, endReadings } from './ending-link.ts';
import { keys, Run } from './run.ts';
import { ScriptedCluster, ScriptedReceivers } from './scripted.ts';
import { type Poller, poll, registerSearchAttributes } from './workers.ts';

/** The real workflows on a server that skips time, with a scripted cluster and scripted receivers. */
export class Runbook {
  readonly #env: TestWorkflowEnvironment;
  /** Not the environment’s own client: that one lets time run, years of it, whenever it waits for a result. */
  readonly #client: Client;
  cluster = new ScriptedCluster();
  receivers = new ScriptedReceivers();
  /** Set to let the guard's rules fail. */
  rulesFail = false;
  readonly #hub: Poller;
  #clusterWorker: Poller | undefined;
  #clusters = 0;
  episodes = 0;

  private constructor(env: TestWorkflowEnvironment, hub: Poller) {
    this.#env = env;
    this.#client = new Client({ connection: env.connection as Connection });
    this.#hub = hub;
  }

  static async open(): Promise<Runbook> {
    Runtime.install({ logger: new DefaultLogger('ERROR') });
    const path = await resolveBinary('temporal-test-server', silent);
    const env = await TestWorkflowEnvironment.createTimeSkipping({
      server: { executable: { type: 'existing-path', path } },
    });
    await registerSearchAttributes(env);
    return Runbook.over(env);
  }

  /** The same on a server that is there already, whose time is the real one. */
  static async over(env: TestWorkflowEnvironment): Promise<Runbook> {
    const bundle = await workflowBundle();
    let runbook: Runbook | undefined;
    const self = () => runbook as Runbook;
    const client = new Client({ connection: env.connection as Connection });
    const workers = [hubTaskQueue, guardTaskQueue].map((taskQueue) =>
      Worker.create({
        connection: env.nativeConnection,
        taskQueue,
        workflowBundle: bundle,
        activities: hubActivities(self, client),
        sinks,
      }),
    );
    runbook = new Runbook(env, poll(...(await Promise.all(workers))));
    return runbook;
  }

  get clusterName(): string {
    return `cluster-${this.#clusters}`;
  }

  /** A new cluster, with its own guard that has seen nothing, unless it is to have none. */
  async reset({ hasGuard = true } = {}): Promise<void> {
    await this.#clusterWorker?.stop();
    this.#clusters += 1;
    this.cluster = new ScriptedCluster();
    this.receivers = new ScriptedReceivers();
    this.rulesFail = false;
    const taskQueue = clusterTaskQueue(this.clusterName);
    const activities = withErrorBoundary(this.cluster.activities());
    this.#clusterWorker = poll(await Worker.create({ connection: this.#env.nativeConnection, taskQueue, activities }));
    if (!hasGuard) return;
    const workflowId = guardWorkflowId(this.clusterName);
    await this.#client.workflow.start(workflowTypes.guard, { taskQueue: guardTaskQueue, workflowId, args: [{}] });
  }

  get guard(): WorkflowHandle {
    return this.#client.workflow.getHandle(guardWorkflowId(this.clusterName));
  }

  /** Tells the guard something as the api does, signed. */
  order(kind: GuardOrderKind, said: { id: string; who: string; why: string; workload?: string }): Promise<void> {
    const signal = kind === 'resume' ? guardSignals.resume : guardSignals.resetWorkload;
    const order = { ...said, at: new Date(now).toISOString() };
    return this.guard.signal(signal, signOrder(keys, { cluster: this.clusterName, kind }, order));
  }

  async history(workflowId: string): Promise<unknown> {
    return JSON.parse(historyToJSON(await this.#client.workflow.getHandle(workflowId).fetchHistory()));
  }

  /** The server's time, Unix ms. */
  nowMs(): Promise<number> {
    return this.#env.currentTimeMs();
  }

  /** Lets virtual time pass. */
  sleep(durationMs: number): Promise<void> {
    return this.#env.sleep(durationMs);
  }

  guardState(): Promise<GuardState> {
    return this.guard.query('state');
  }

  /** Waits until the guard shows what is wanted. */
  async untilGuard(condition: (state: GuardState) => boolean): Promise<void> {
    const deadline = performance.now() + 10_000;
    while (!condition(await this.guardState())) {
      if (performance.now() > deadline) throw new Error(`the guard stays ${JSON.stringify(await this.guardState())}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Asks the guard in the name of a run. */
  async ask(run: Run, requestId: string): Promise<{ requestId: string; verdict: Verdict }[]> {
    const request = aPermitRequest({ requestId, workflowId: run.id, runId: await run.runId() });
    return this.guard.executeUpdate(guardDecide, { args: [[request]] });
  }

  /** Starts a run as the intake does. Each has its own fingerprint unless one is given. */
  async start(given: Partial<Alert> = {}): Promise<Run> {
    const receivedAt = new Date(await this.#env.currentTimeMs()).toISOString();
    const fingerprint = `f${this.episodes++}`;
    const alert = anAlert({ cluster: this.clusterName, fingerprint, receivedAt, ...given });
    const handle = await this.#client.workflow.start(workflowTypes.remediation, {
      taskQueue: hubTaskQueue,
      workflowId: remediationWorkflowId(alert),
      args: [{ alert }],
    });
    return new Run(handle, alert, (durationMs) => this.#env.sleep(durationMs));
  }

  /** Explains an alert as the api does; rejects as the workflow fails. */
  explain(given: Partial<Alert> = {}): Promise<Explanation> {
    const alert = anAlert({ cluster: this.clusterName, ...given });
    const workflowId = explanationWorkflowId(alert.cluster, `e${this.episodes++}`);
    const options = { taskQueue: hubTaskQueue, workflowId, args: [{ alert }] };
    return this.#client.workflow.execute(workflowTypes.explanation, options) as Promise<Explanation>;
  }

  async close(): Promise<void> {
    await this.#clusterWorker?.stop();
    await this.#hub.stop();
    await endReadings(this.#env.client);
    await this.#env.teardown();
  }
}

const sinks = { metrics: { closed: { fn: () => {} }, guarded: { fn: () => {} } } };

function hubActivities(self: () => Runbook, client: Client): HubActivities {
  const rules = decidePermits({ limits: defaultLimits, count: () => {} });
  // Every run meets old news, as one does after a quiet time.
  const later = () => Date.now() + self().episodes * 10_000;
  const desk = openGuardDesk({ link: endingLink(client), now: later, logger: { warn: () => {} } });
  return withErrorBoundary<HubActivities>({
    ...guardExchange(desk, Date.now),
    passTime: passTime({ limits: defaultLimits }),
    judgeGuards: judgeGuards({ link: guardLink(client), limits: defaultLimits, now: Date.now }),
    notify: async (input) => {
      self().receivers.told.push(input);
      return self().receivers.verdict;
    },
    verifyApproval: verifyApproval({ keys, now: () => now }),
    verifyGuardOrder: verifyGuardOrder({ keys, now: () => now }),
    decidePermits: async (input) => {
      if (self().rulesFail) throw new Error('the rules have a bug');
      return rules(input);
    },
  });
}
