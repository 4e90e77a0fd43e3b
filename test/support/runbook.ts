import type { Client, WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { withErrorBoundary } from '../../activities/error-boundary.ts';
import type { Alert } from '../../domain/alert/alert.ts';
import type { Explanation, NowQuestion } from '../../domain/analysis/explain.ts';
import { type GuardOrderKind, signOrder } from '../../domain/guard/order.ts';
import type { Verdict } from '../../domain/guard/permit.ts';
import type { Recalled } from '../../domain/guard/recall.ts';
import type { GuardState } from '../../domain/guard/state.ts';
import type { PolicyListing } from '../../domain/policy/listing.ts';
import {
  clusterTaskQueue,
  explanationWorkflowId,
  guardDecide,
  guardSignals,
  guardTaskQueue,
  guardWorkflowId,
  hubTaskQueue,
  policiesWorkflowId,
  remediationWorkflowId,
  sweepWorkflowId,
  workflowTypes,
} from '../../domain/run/contract.ts';
import type { SweepInput } from '../../workflows/sweep.ts';
import { anAlert, aPermitRequest, now } from './builders.ts';
import { testKeys } from './permitted.ts';
import { Run } from './run.ts';
import { hubActivities } from './runbook-hub.ts';
import { ScriptedCluster, ScriptedReceivers } from './scripted.ts';
import { ScriptedRuns } from './scripted-runs.ts';
import { openTestTemporal, type TestTemporal } from './test-temporal.ts';
import type { Poller } from './workers.ts';

/** What is read of a history. */
interface History {
  events: { workflowExecutionStartedEventAttributes?: { continuedExecutionRunId?: string } }[];
}

/** The real workflows on a Temporal for tests, with a scripted cluster and scripted receivers. */
export class Runbook {
  readonly #temporal: TestTemporal;
  cluster = new ScriptedCluster();
  receivers = new ScriptedReceivers();
  runs = new ScriptedRuns();
  /** What a play was asked, in place of which the tests of explanations have a sentence. */
  played: NowQuestion[] = [];
  /** What the guard finds of the runs before it; an error: it cannot be read. */
  memory: Recalled | Error = { kind: 'first', heard: [] };
  /** Set to let the guard's rules fail. */
  rulesFail = false;
  /** Set to let the check of approvals fail. */
  approvalsFail = false;
  #hub: Poller | undefined;
  #clusterWorker: Poller | undefined;
  #clusters = 0;
  episodes = 0;

  private constructor(temporal: TestTemporal) {
    this.#temporal = temporal;
  }

  static async open(): Promise<Runbook> {
    return Runbook.on(await openTestTemporal());
  }

  /** The same on a server that is there already. */
  static async on(temporal: TestTemporal): Promise<Runbook> {
    const runbook = new Runbook(temporal);
    const activities = hubActivities(() => runbook, temporal.client as Client);
    const queues = [hubTaskQueue, guardTaskQueue];
    const workers = await Promise.all(queues.map((queue) => temporal.serve(queue, activities, { isHub: true })));
    runbook.#hub = { stop: async () => void (await Promise.all(workers.map((worker) => worker.stop()))) };
    return runbook;
  }

  get #client(): Client {
    return this.#temporal.client as Client;
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
    this.runs = new ScriptedRuns();
    this.played = [];
    this.memory = { kind: 'first', heard: [] };
    this.rulesFail = false;
    this.approvalsFail = false;
    const taskQueue = clusterTaskQueue(this.clusterName);
    const activities = withErrorBoundary(this.cluster.activities());
    this.#clusterWorker = await this.#temporal.serve(taskQueue, activities);
    if (!hasGuard) return;
    await this.startGuard();
    await this.untilGuard(() => true);
  }

  /** Starts the cluster's guard as the worker does. */
  async startGuard(): Promise<void> {
    const workflowId = guardWorkflowId(this.clusterName);
    await this.#client.workflow.start(workflowTypes.guard, { taskQueue: guardTaskQueue, workflowId, args: [{}] });
  }

  /** Starts the sweep of the cluster, of everything since the beginning. */
  /** `given`: where it stands, as when it continues as new. */
  startSweep(given: Partial<SweepInput> = {}): Promise<WorkflowHandle> {
    const options = { taskQueue: hubTaskQueue, workflowId: sweepWorkflowId(this.clusterName) };
    const args = [{ cluster: this.clusterName, sinceMs: 0, perSecond: 1, ...given }];
    return this.#client.workflow.start(workflowTypes.sweep, { ...options, args });
  }

  get guard(): WorkflowHandle {
    return this.#client.workflow.getHandle(guardWorkflowId(this.clusterName));
  }

  /** Tells the guard something as the api does, signed. */
  order(kind: GuardOrderKind, said: { id: string; who: string; why: string; workload?: string }): Promise<void> {
    const signal = kind === 'resume' ? guardSignals.resume : guardSignals.resetWorkload;
    const order = { ...said, at: new Date(now).toISOString() };
    return this.guard.signal(signal, signOrder(testKeys, { cluster: this.clusterName, kind }, order));
  }

  /** Any workflow of the server. */
  workflow(workflowId: string): WorkflowHandle {
    return this.#client.workflow.getHandle(workflowId);
  }

  /** The history of a workflow's latest execution, or of the one that is named. */
  async history(workflowId: string, runId?: string): Promise<History> {
    return JSON.parse(
      historyToJSON(await this.#client.workflow.getHandle(workflowId, runId).fetchHistory()),
    ) as History;
  }

  /** The server's time, Unix ms. */
  nowMs(): Promise<number> {
    return this.#temporal.nowMs();
  }

  /** Lets virtual time pass. */
  sleep(durationMs: number): Promise<void> {
    return this.#temporal.sleep(durationMs);
  }

  guardState(): Promise<GuardState> {
    return this.guard.query('state');
  }

  /** Waits until the guard shows what is wanted. */
  async untilGuard(condition: (state: GuardState) => boolean): Promise<void> {
    const deadline = performance.now() + 10_000;
    for (;;) {
      const state = await this.guardState().catch(stillRestoring);
      if (state !== undefined && condition(state)) return;
      if (performance.now() > deadline) throw new Error(`the guard stays ${JSON.stringify(state)}`);
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
    const receivedAt = new Date(await this.#temporal.nowMs()).toISOString();
    const fingerprint = `f${this.episodes++}`;
    const alert = anAlert({ cluster: this.clusterName, fingerprint, receivedAt, ...given });
    const handle = await this.#client.workflow.start(workflowTypes.remediation, {
      taskQueue: hubTaskQueue,
      workflowId: remediationWorkflowId(alert),
      args: [{ alert }],
    });
    return new Run(handle, alert, (durationMs) => this.#temporal.sleep(durationMs));
  }

  /** Explains an alert as the api does; rejects as the workflow fails. */
  explain(given: Partial<Alert> = {}): Promise<Explanation> {
    const alert = anAlert({ cluster: this.clusterName, ...given });
    const workflowId = explanationWorkflowId(alert.cluster, `e${this.episodes++}`);
    const options = { taskQueue: hubTaskQueue, workflowId, args: [{ alert }] };
    return this.#client.workflow.execute(workflowTypes.explanation, options) as Promise<Explanation>;
  }

  /** Lists the policies as the api does; rejects as the workflow fails. */
  policies(): Promise<PolicyListing> {
    const cluster = this.clusterName;
    const options = { taskQueue: hubTaskQueue, workflowId: policiesWorkflowId(cluster, 'p'), args: [{ cluster }] };
    return this.#client.workflow.execute(workflowTypes.policies, options) as Promise<PolicyListing>;
  }

  async close(): Promise<void> {
    await this.#clusterWorker?.stop();
    await this.#hub?.stop();
    await this.#temporal.close();
  }
}

/** A guard that has just begun does not show what it knows yet. */
function stillRestoring(error: Error): undefined {
  // The two Temporals say it in different places.
  const words = `${error.message} ${(error.cause as Error | undefined)?.message}`;
  if (!words.includes('is being restored')) throw error;
}
