import { actions } from '../activities/actions/index.ts';
import { openTransport } from '../activities/kubernetes/client.ts';
import { type PolicyResources, policyKind, policyResources } from '../activities/kubernetes/policy-resources.ts';
import type { Config } from '../config/config.ts';
import { openPolicyFolder, type PolicyEvents, policyFiles } from '../config/policy-folder.ts';
import { type PolicyStand, policyNews } from '../domain/policy/listing.ts';
import type { Policy } from '../domain/policy/policy.ts';
import type { MendflowError } from '../domain/run/errors.ts';
import type { Logger } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { callAfter } from './call-after.ts';
import { followClusterPolicies } from './policies/cluster-policies.ts';
import { openWriteBack } from './policies/write-back.ts';

/** The policies in force, wherever they come from. */
export interface Policies {
  current(): readonly Policy[];
  /** Where they are read from, and what is refused there now. */
  source(): Omit<PolicyStand, 'policies'>;
  /** For the status of the policy, where it has one: it drove a run, or there was an act under it. */
  count(policy: string, what: 'matched' | 'acted'): void;
  close(): Promise<void>;
}

interface Telemetry {
  log: Logger;
  metrics: Metrics;
}

/** Longest wait for the first list; after that the process ends with what was wrong, and is started again. */
const listWithinMs = 30_000;

/**
 * Opens the source that the configuration names and follows its changes. Policies in the other place are not read; a
 * warning says that they are there. Rejects with INVALID_POLICY when the folder has a fault, and with INVALID_CONFIG,
 * PERMISSION_DENIED or CLUSTER_UNAVAILABLE when the cluster's policies cannot be listed.
 */
export async function openPolicySource(
  config: Config,
  telemetry: Telemetry,
  pausedWhy: () => Promise<string | undefined>,
): Promise<Policies> {
  const { kubeconfig, context } = config.kubernetes;
  const api = openTransport({ ...(kubeconfig && { kubeconfig }), ...(context && { context }) });
  const resources = policyResources(api.transport);
  try {
    if (config.policies.source === 'files') return await fromFolder(config, telemetry, resources, api.close);
    const opened = await fromCluster(config, telemetry, { resources, pausedWhy });
    return {
      ...opened,
      async close() {
        await opened.close();
        await api.close();
      },
    };
  } catch (error) {
    await api.close();
    throw error;
  }
}

async function fromFolder(
  { policies, receivers }: Config,
  telemetry: Telemetry,
  resources: PolicyResources,
  closeApi: () => Promise<void>,
): Promise<Policies> {
  const vocabulary = { actions, receivers: receivers.map(({ name }) => name) };
  const events = policyEvents(telemetry);
  const source = openPolicyFolder(policies.folder, vocabulary, events);
  if (await resources.exist()) {
    telemetry.log.warn(
      { detail: policyKind.plural },
      'the cluster has policies that are not read: policies.source is files',
    );
  }
  await closeApi();
  return {
    current: source.current,
    source: () => ({ source: policies.folder, refused: events.lastRefused() }),
    count: () => undefined,
    close: async () => source.close(),
  };
}

interface InCluster {
  resources: PolicyResources;
  pausedWhy: () => Promise<string | undefined>;
}

async function fromCluster(
  { policies, receivers }: Config,
  telemetry: Telemetry,
  { resources, pausedWhy }: InCluster,
): Promise<Policies> {
  const { log, metrics } = telemetry;
  if (hasPolicyFiles(policies.folder)) {
    log.warn({ file: policies.folder }, 'the folder has policies that are not read: policies.source is crd');
  }
  const writeBack = openWriteBack({
    writeStatus: resources.writeStatus,
    pausedWhy,
    trouble: (policy, err) =>
      log.warn({ policy, err, code: err.code }, 'the status of the policy could not be written'),
    now: Date.now,
    after: callAfter,
  });
  const vocabulary = { actions, receivers: receivers.map(({ name }) => name) };
  const events = {
    ...policyEvents(telemetry),
    standing: writeBack.update,
    contact: () => metrics.watchLastContact.set({ resource: policyKind.plural }, Date.now() / 1_000),
    unreachable: (err: MendflowError, durationMs: number) =>
      log.warn(
        { err, code: err.code, durationMs },
        'the policies of the cluster cannot be followed; those known stay in force',
      ),
  };
  try {
    const followed = await followClusterPolicies(resources, vocabulary, events, listWithinMs);
    return {
      ...{ current: followed.current, count: writeBack.count },
      source: () => ({ source: `${policyKind.plural} of the cluster`, refused: events.lastRefused() }),
      async close() {
        await followed.close();
        await writeBack.close();
      },
    };
  } catch (error) {
    await writeBack.close();
    throw error;
  }
}

function hasPolicyFiles(folder: string): boolean {
  try {
    return policyFiles(folder).length > 0;
  } catch {
    // No folder, no policies in it.
    return false;
  }
}

/** How policies are told to the operator: what is in force, and the alarm while anything is refused. */
function policyEvents({ log, metrics }: Telemetry): PolicyEvents & { lastRefused(): readonly string[] } {
  let last: readonly string[] = [];
  return {
    lastRefused: () => last,
    loaded(policies) {
      last = [];
      metrics.policiesLoaded.set(policies.length);
      metrics.policiesStale.set(0);
      const names = policies.map(({ metadata }) => metadata.name).join(', ');
      log.info({ count: policies.length, detail: names }, policyNews.loaded);
    },
    refused(faults) {
      last = faults;
      metrics.policiesStale.set(1);
      const fields = { code: 'INVALID_POLICY', count: faults.length, detail: faults.join('\n') };
      log.error(fields, policyNews.refused);
    },
  };
}
