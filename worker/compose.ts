import { readFileSync } from 'node:fs';
import { actions } from '../activities/actions/index.ts';
import { createClusterActivities } from '../activities/cluster-activities.ts';
import { clusterLimits } from '../activities/cluster-deps.ts';
import type { ClusterActivities, HubActivities } from '../activities/contract.ts';
import { withErrorBoundary } from '../activities/error-boundary.ts';
import { type GuardConnection, guardPause, openGuardClient } from '../activities/guard/client.ts';
import { createHubActivities } from '../activities/hub-activities.ts';
import { connectCluster } from '../activities/kubernetes/client.ts';
import { notifiers } from '../activities/notifiers/index.ts';
import { notificationOutcomes, notify } from '../activities/notify.ts';
import { openOutside } from '../activities/outside/outside.ts';
import { createPrometheus } from '../activities/prometheus.ts';
import type { RefusedRuns } from '../activities/sweep.ts';
import type { Config } from '../config/config.ts';
import { guardLimits } from '../config/guard-limits.ts';
import { fallbackReceiver } from '../domain/run/contract.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { switchesOf } from './guard-limits.ts';
import { createPlayThread, type PlayThread } from './play-thread.ts';
import { countingPolicies } from './policy-counts.ts';
import { openPolicySource } from './policy-source.ts';
import { checkRights } from './rights.ts';
import { workflowMetrics } from './run-metrics.ts';
import { tellingRefusals } from './told-refusals.ts';

interface Telemetry {
  log: Logger;
  metrics: Metrics;
}

/** The ways to the guards and to the runs. */
interface Links {
  connection: GuardConnection;
  runs: RefusedRuns;
}

/** The same, and who plays runs. */
type HubLinks = Links & Pick<PlayThread, 'playNow'>;

/** The real dependencies of the roles that are configured. Throws INVALID_CONFIG or INVALID_POLICY, with every fault. */
export async function compose(config: Config, telemetry: Telemetry, { connection, runs }: Links) {
  const plays = createPlayThread();
  const hub = hubActivities(config, telemetry, { connection, runs, playNow: plays.playNow });
  const cluster = config.worker.roles.includes('cluster')
    ? await openCluster(config, telemetry, connection)
    : undefined;
  return {
    hub,
    cluster: cluster?.activities,
    sinks: workflowMetrics(telemetry.metrics, guardLimits(config)),
    async close() {
      await plays.close();
      await cluster?.close();
    },
  };
}

function hubActivities(config: Config, { metrics, log }: Telemetry, links: HubLinks): HubActivities {
  const { connection, runs, playNow } = links;
  // A counter that begins with its first failure shows no increase to an alert rule.
  for (const receiver of [...config.receivers.map(({ name }) => name), fallbackReceiver]) {
    for (const outcome of notificationOutcomes) metrics.notifications.inc({ receiver, outcome }, 0);
  }
  return createHubActivities({
    guard: openGuardClient({ connection, now: Date.now, logger: log }),
    connection,
    runs,
    playNow,
    limits: guardLimits(config),
    keys: config.approval.key,
    now: Date.now,
    count: (guard, verdict) => metrics.guardVerdicts.inc({ guard, verdict }),
    notify: notify({
      receivers: config.receivers,
      notifiers,
      now: Date.now,
      count: (receiver, outcome) => metrics.notifications.inc({ receiver, outcome }),
      log,
    }),
  });
}

async function openCluster(
  config: Config,
  telemetry: Telemetry,
  connection: GuardConnection,
): Promise<{ activities: ClusterActivities; close(): Promise<void> }> {
  const { kubeconfig, context } = config.kubernetes;
  const cluster = connectCluster({
    ...(kubeconfig === undefined ? {} : { kubeconfig }),
    ...(context === undefined ? {} : { context }),
  });
  const pausedWhy = () => guardPause(connection, config.cluster.name);
  const policies = await openPolicySource(config, telemetry, pausedWhy);
  const ownNamespace = podNamespace();
  const told = { connection, cluster: config.cluster.name, now: Date.now };
  const activities = createClusterActivities({
    cluster,
    clusterName: config.cluster.name,
    keys: config.approval.key,
    policies: policies.current,
    policySource: policies.source,
    actions,
    ...(config.prometheus.url === undefined ? {} : { prometheus: createPrometheus({ url: config.prometheus.url }) }),
    now: Date.now,
    outside: openOutside(config.actions),
    switches: switchesOf(config),
    guardPause: pausedWhy,
    identity: ownNamespace === undefined ? {} : { ownNamespace },
    logger: telemetry.log,
    limits: clusterLimits,
  });
  const rightsChecked = checkRights(config, policies.current(), telemetry.log);
  return {
    activities: withErrorBoundary(tellingRefusals(countingPolicies(activities, policies), told)),
    async close() {
      await rightsChecked;
      await policies.close();
      await cluster.close();
    },
  };
}

/** The namespace of the pod that we run in; undefined outside a cluster. */
function podNamespace(): string | undefined {
  try {
    return readFileSync('/var/run/secrets/kubernetes.io/serviceaccount/namespace', 'utf8').trim();
  } catch {
    return undefined;
  }
}
