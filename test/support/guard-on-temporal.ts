import { Client, Connection, type WorkflowHandle } from '@temporalio/client';
import { defineSearchAttributeKey } from '@temporalio/common';
import { NativeConnection, Worker } from '@temporalio/worker';
import type { HubActivities } from '../../activities/contract.ts';
import { withErrorBoundary } from '../../activities/error-boundary.ts';
import { guardConnection, openGuardClient } from '../../activities/guard/client.ts';
import { createHubActivities } from '../../activities/hub-activities.ts';
import { createGuard } from '../../api/temporal/guard.ts';
import { defaultLimits } from '../../domain/guard/rules/rule.ts';
import type { Pause } from '../../domain/guard/state.ts';
import {
  clusterTaskQueue,
  guardTaskQueue,
  guardWorkflowId,
  hubTaskQueue,
  remediationWorkflowId,
  sweepWorkflowId,
  workflowTypes,
} from '../../domain/run/contract.ts';
import { startSandbox } from '../../sandbox/sandbox.ts';
import { workflowBundle } from '../../worker/bundle.ts';
import { refusedRuns } from '../../worker/refused-runs.ts';
import { anAlert } from './builders.ts';
import { testKeys } from './permitted.ts';
import { ScriptedCluster } from './scripted.ts';
import { type Poller, poll } from './workers.ts';

/** The hub's worker on a real Temporal, with scripted clusters. */
export interface GuardOnTemporal {
  address: string;
  /** Name of a new cluster, whose worker polls; absent: in it every step heals at once. */
  cluster(script?: Pick<ScriptedCluster, 'activities'>): Promise<string>;
  startGuard(cluster: string): Promise<WorkflowHandle>;
  pauseByApi(cluster: string, pause: Pause): Promise<void>;
  resume(cluster: string, id: string): Promise<void>;
  /** Starts a run as the intake does; each has its own fingerprint unless one is given. */
  run(cluster: string, fingerprint?: string): Promise<WorkflowHandle>;
  /** Outcomes of the runs of a workflow id; undefined for one that runs. */
  outcomesOf(workflowId: string): Promise<unknown[]>;
  sweep(cluster: string): WorkflowHandle;
  stop(): Promise<void>;
}

const limits = { ...defaultLimits, sweepPerSecond: 10 };

/** Starts a Temporal and the hub's worker; `stop` ends them. */
export async function startGuardOnTemporal(): Promise<GuardOnTemporal> {
  const sandbox = await startSandbox({ parts: ['temporal'] });
  const { address } = sandbox.temporal;
  const connection = await Connection.connect({ address });
  const native = await NativeConnection.connect({ address });
  const client = new Client({ connection });
  const pollers: Poller[] = [await startHub(native, client)];
  let last = 0;
  const portOf = (cluster: string) => createGuard(client, { cluster, keys: testKeys, now: Date.now });
  return {
    address,
    async cluster(script = new ScriptedCluster()) {
      last += 1;
      const name = `cluster-${last}`;
      const activities = withErrorBoundary(script.activities());
      pollers.push(poll(await Worker.create({ connection: native, taskQueue: clusterTaskQueue(name), activities })));
      await client.workflow.start(workflowTypes.guard, guardOptions(name));
      return name;
    },
    async startGuard(cluster) {
      await client.workflow.start(workflowTypes.guard, guardOptions(cluster));
      return client.workflow.getHandle(guardWorkflowId(cluster));
    },
    pauseByApi: (cluster, pause) => portOf(cluster).pause(pause),
    resume: (cluster, id) => portOf(cluster).resume({ id, who: 'ada', why: 'it is over' }),
    run(cluster, fingerprint) {
      last += 1;
      const alert = anAlert({ cluster, fingerprint: fingerprint ?? `f${last}`, receivedAt: new Date().toISOString() });
      const workflowId = remediationWorkflowId(alert);
      return client.workflow.start(workflowTypes.remediation, {
        ...{ workflowId, taskQueue: hubTaskQueue, args: [{ alert }] },
        typedSearchAttributes: [{ key: defineSearchAttributeKey('Cluster', 'KEYWORD'), value: cluster }],
      });
    },
    async outcomesOf(workflowId) {
      const outcomes: unknown[] = [];
      for await (const { typedSearchAttributes: known } of client.workflow.list({
        query: `WorkflowId = '${workflowId}'`,
      })) {
        outcomes.push(known.get(defineSearchAttributeKey('Outcome', 'KEYWORD')));
      }
      return outcomes;
    },
    sweep: (cluster) => client.workflow.getHandle(sweepWorkflowId(cluster)),
    async stop() {
      for (const poller of pollers) await poller.stop();
      await connection.close();
      await native.close();
      await sandbox.stop();
    },
  };
}

const guardOptions = (cluster: string) => ({
  workflowId: guardWorkflowId(cluster),
  taskQueue: guardTaskQueue,
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  args: [{}],
});

async function startHub(connection: NativeConnection, client: Client): Promise<Poller> {
  const bundle = await workflowBundle();
  const sinks = { metrics: { closed: { fn: () => {} }, guarded: { fn: () => {} } } };
  const options = { connection, workflowBundle: bundle, activities: hubActivities(client), sinks };
  const queues = [hubTaskQueue, guardTaskQueue];
  return poll(...(await Promise.all(queues.map((taskQueue) => Worker.create({ ...options, taskQueue })))));
}

function hubActivities(client: Client): HubActivities {
  const connection = guardConnection(client);
  return createHubActivities({
    ...{ connection, runs: refusedRuns(client), limits, keys: testKeys, now: Date.now, count: () => {} },
    guard: openGuardClient({ connection, now: Date.now, logger: { warn: () => {} } }),
    playNow: async () => 'not played here',
    notify: async ({ receiver }) => ({ delivered: true, detail: `delivered to ${receiver}` }),
  });
}
