import { fieldManager, touchAnnotation } from '../../domain/contract.ts';
import { MendflowError } from '../../domain/errors.ts';
import type { WorkloadKind } from '../../domain/target.ts';
import type { Workload } from '../../domain/workload.ts';
import { eventBody } from './event-body.ts';
import { type Cluster, type EventLine, restartAnnotation } from './port.ts';
import type { RawEvent, RawList, RawPod, RawWorkload } from './raw.ts';
import { controllerOf, readPod, timeOf } from './read-pod.ts';
import { readWorkload } from './read-workload.ts';
import { type Call, path, type Transport } from './transport.ts';

/** What `kubectl rollout restart` writes, so that its users see ours in the same place. */
const kubectlAnnotation = 'kubectl.kubernetes.io/restartedAt';

const core = (namespace: string, ...segments: string[]) => path('/api/v1/namespaces', namespace, ...segments);
const apps = (namespace: string, ...segments: string[]) => path('/apis/apps/v1/namespaces', namespace, ...segments);
const plural: Record<WorkloadKind, string> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  ReplicaSet: 'replicasets',
};
const pageSize = 500;
const logLines = 200;
const dryRunQuery = (dryRun: boolean) => ({ fieldManager, dryRun: dryRun ? 'All' : undefined });

/** The port over the API server's REST interface. */
export function createApiCluster(
  transport: Transport,
  { logDeadlineMs, close }: { logDeadlineMs: number; close: () => Promise<void> },
): Cluster {
  const read = <T>(call: Omit<Call, 'method'>) => unlessGone(transport.json<T>({ method: 'GET', ...call }));
  const list = <T>(listPath: string, labelSelector: string) => listAll<T>(transport, listPath, labelSelector);

  return {
    async getNamespace(name) {
      const raw = await read<{ metadata?: { labels?: Record<string, string> } }>({ path: core(name) });
      return raw && { labels: raw.metadata?.labels ?? {} };
    },
    async getPod(namespace, name) {
      const raw = await read<RawPod>({ path: core(namespace, 'pods', name) });
      return raw && readPod(raw);
    },
    async getWorkload(kind, namespace, name) {
      const raw = await read<RawWorkload>({ path: apps(namespace, plural[kind], name) });
      return raw && readWorkload(kind, raw);
    },
    async listPodsOf(workload) {
      const { namespace } = workload.ref;
      const [pods, owners] = await Promise.all([
        list<RawPod>(core(namespace, 'pods'), workload.podSelector),
        ownersOf(workload, () => list<RawWorkload>(apps(namespace, 'replicasets'), workload.podSelector)),
      ]);
      return pods.map(readPod).filter(({ owner }) => owner !== undefined && owners.has(owner.uid));
    },
    async listEvents(object) {
      const events = await transport.json<RawList<RawEvent>>({
        method: 'GET',
        path: core(object.namespace, 'events'),
        query: { fieldSelector: `involvedObject.uid=${object.uid}`, limit: pageSize },
      });
      return (events.items ?? []).map(eventLine).sort((a, b) => b.atMs - a.atMs);
    },
    async podLog(pod, { container, previous, maxBytes }) {
      const log = await transport.text({
        method: 'GET',
        path: core(pod.namespace, 'pods', pod.name, 'log'),
        query: { container, previous: String(previous), tailLines: logLines, limitBytes: 4 * maxBytes },
        deadlineMs: logDeadlineMs,
      });
      return Buffer.from(log).subarray(-maxBytes).toString();
    },
    async evictPod(pod, { gracePeriodSeconds, dryRun }) {
      await transport.text({
        method: 'POST',
        path: core(pod.namespace, 'pods', pod.name, 'eviction'),
        query: dryRunQuery(dryRun),
        body: {
          apiVersion: 'policy/v1',
          kind: 'Eviction',
          metadata: { name: pod.name, namespace: pod.namespace },
          deleteOptions: {
            gracePeriodSeconds,
            preconditions: { uid: pod.uid },
            ...(dryRun ? { dryRun: ['All'] } : {}),
          },
        },
      });
    },
    async restartWorkload({ ref, resourceVersion }, { token, atMs, dryRun }) {
      const template = { [restartAnnotation]: token, [kubectlAnnotation]: new Date(atMs).toISOString() };
      await transport.text({
        method: 'PATCH',
        path: apps(ref.namespace, plural[ref.kind as WorkloadKind], ref.name),
        query: dryRunQuery(dryRun),
        contentType: 'application/merge-patch+json',
        body: {
          metadata: { uid: ref.uid, resourceVersion, annotations: { [touchAnnotation]: token } },
          spec: { template: { metadata: { annotations: template } } },
        },
      });
    },
    async recordEvent(event) {
      const call = { path: path('/apis/events.k8s.io/v1/namespaces', event.regarding.namespace, 'events') };
      const recorded = transport.text({ method: 'POST', ...call, query: { fieldManager }, body: eventBody(event) });
      await recorded.catch((error: unknown) => {
        // The name is derived from the key: it is there already, from an earlier try.
        if (!(error instanceof MendflowError && error.code === 'CONFLICT')) throw error;
      });
    },
    close,
  };
}

/** Uids of the objects that own this workload's pods: its ReplicaSets for a Deployment, else itself. */
async function ownersOf({ ref }: Workload, replicaSets: () => Promise<RawWorkload[]>): Promise<Set<string>> {
  if (ref.kind !== 'Deployment') return new Set([ref.uid]);
  const owned = (await replicaSets()).filter(({ metadata }) => controllerOf(metadata)?.uid === ref.uid);
  return new Set(owned.map(({ metadata }) => metadata?.uid ?? ''));
}

async function listAll<T>(transport: Transport, listPath: string, labelSelector: string): Promise<T[]> {
  const items: T[] = [];
  let next: string | undefined;
  do {
    const query = { labelSelector, limit: pageSize, continue: next };
    const page = await transport.json<RawList<T>>({ method: 'GET', path: listPath, query });
    items.push(...(page.items ?? []));
    next = page.metadata?.continue || undefined;
  } while (next !== undefined);
  return items;
}

function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  return reading.catch((error: unknown) => {
    if (error instanceof MendflowError && error.code === 'TARGET_GONE') return undefined;
    throw error;
  });
}

function eventLine({
  reason = '',
  message = '',
  count,
  eventTime,
  lastTimestamp,
  series,
  metadata,
}: RawEvent): EventLine {
  const at = series?.lastObservedTime ?? lastTimestamp ?? eventTime ?? metadata?.creationTimestamp;
  return { atMs: timeOf(at), reason, note: message, count: series?.count ?? count ?? 1 };
}
