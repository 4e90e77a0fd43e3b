import { copyOfAnnotation } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { firstNameOf } from '../../domain/target/job-copies.ts';
import { nodeAsWorkload } from '../../domain/target/node-as-workload.ts';
import type { ObjectRef } from '../../domain/target/target.ts';
import type { Workload } from '../../domain/target/workload.ts';
import { isLostLog, saysNoLog } from './lost-log.ts';
import {
  autoscalers,
  controllerRevisions,
  core,
  eventNamespace,
  jobs,
  node,
  verticalAutoscalers,
  workloads,
} from './paths.ts';
import type { Cluster, EventLine } from './port.ts';
import type {
  RawAutoscaler,
  RawEvent,
  RawJob,
  RawList,
  RawMeta,
  RawNode,
  RawPod,
  RawVerticalAutoscaler,
  RawWorkload,
} from './raw.ts';
import { readAutoscaler, readVertical } from './read-autoscaler.ts';
import { readJob, readTask } from './read-job.ts';
import { readNode } from './read-node.ts';
import { controllerOf, readPod, timeOf } from './read-pod.ts';
import { readWorkload } from './read-workload.ts';
import { replacements } from './replacements.ts';
import { type RawControllerRevision, revisionsOfDeployment, revisionsOfSet } from './revisions.ts';
import type { Transport } from './transport.ts';

const pageSize = 500;
const logLines = 200;
/** The API cuts off the end of the tail, which is the best part, so this must hold all of those lines. */
const logReadBytes = 1_048_576;

export type ClusterReads = Pick<
  Cluster,
  | 'getNamespace'
  | 'getPod'
  | 'getWorkload'
  | 'getAutoscaler'
  | 'listAutoscalersOf'
  | 'listVerticalAutoscalersOf'
  | 'listPodsOf'
  | 'listPods'
  | 'listNodes'
  | 'listPodsOn'
  | 'taskOutcome'
  | 'listCopiesOf'
  | 'getConfigMap'
  | 'listEvents'
  | 'listRevisions'
  | 'podLog'
  | 'admitReplacement'
  | 'listOccupants'
  | 'listVolumeReach'
>;

/** The reads of the port. None sets a resourceVersion: the API server answers with the latest state, not a cached one. */
export function clusterReads(transport: Transport, logDeadlineMs: number): ClusterReads {
  const { read, list } = readersOf(transport);
  return {
    ...podReads(transport, logDeadlineMs),
    ...autoscalerReads(transport),
    ...replacements(transport, { list }),
    async getNamespace(name) {
      const raw = await read<{ metadata?: RawMeta }>(core(name));
      return raw && { labels: raw.metadata?.labels ?? {}, annotations: raw.metadata?.annotations ?? {} };
    },
    async getWorkload(kind, namespace, name) {
      if (kind === 'Node') {
        const raw = await read<RawNode>(node(name));
        return raw && nodeAsWorkload(readNode(raw));
      }
      if (kind === 'Job') {
        const raw = await read<RawJob>(jobs(namespace, name));
        return raw && readJob(raw);
      }
      const raw = await read<RawWorkload>(workloads(kind, namespace, name));
      return raw && readWorkload(kind, raw);
    },
    async taskOutcome(namespace, name) {
      const raw = await read<RawJob>(jobs(namespace, name));
      const labelSelector = `batch.kubernetes.io/controller-uid=${raw?.metadata?.uid}`;
      return raw && readTask(raw, await list<RawPod>(core(namespace, 'pods'), { labelSelector }));
    },
    async listCopiesOf(job) {
      const labelSelector = `${copyOfAnnotation}=${firstNameOf(job)}`;
      const copies = (await list<RawJob>(jobs(job.ref.namespace), { labelSelector })).map(readJob);
      return copies.filter(({ ref }) => ref.uid !== job.ref.uid);
    },
    async listNodes() {
      return (await list<RawNode>('/api/v1/nodes')).map(readNode);
    },
    async getConfigMap(namespace, name) {
      const raw = await read<{ data?: Record<string, string> }>(core(namespace, 'configmaps', name));
      return raw && (raw.data ?? {});
    },
    async listEvents(object) {
      const events = await transport.json<RawList<RawEvent>>({
        method: 'GET',
        path: core(eventNamespace(object), 'events'),
        query: { fieldSelector: aboutObject(object), limit: pageSize },
      });
      return (events.items ?? []).map(eventLine).sort((a, b) => b.atMs - a.atMs);
    },
    async listRevisions(workload) {
      const { kind, namespace } = workload.ref;
      const of = { labelSelector: workload.podSelector };
      if (kind === 'Deployment') {
        return revisionsOfDeployment(workload, await list<RawWorkload>(workloads('ReplicaSet', namespace), of));
      }
      if (kind !== 'StatefulSet' && kind !== 'DaemonSet') return [];
      return revisionsOfSet(workload, await list<RawControllerRevision>(controllerRevisions(namespace), of));
    },
  };
}

type AutoscalerReads = Pick<Cluster, 'getAutoscaler' | 'listAutoscalersOf' | 'listVerticalAutoscalersOf'>;

function autoscalerReads(transport: Transport): AutoscalerReads {
  const { read, list } = readersOf(transport);
  return {
    async getAutoscaler(namespace, name) {
      const raw = await read<RawAutoscaler>(autoscalers(namespace, name));
      return raw && readAutoscaler(raw);
    },
    async listAutoscalersOf({ kind, namespace, name }) {
      const all = (await list<RawAutoscaler>(autoscalers(namespace))).map(readAutoscaler);
      return all.filter(({ scales }) => scales.kind === kind && scales.name === name);
    },
    async listVerticalAutoscalersOf({ kind, namespace, name }) {
      const all = (await unlessGone(list<RawVerticalAutoscaler>(verticalAutoscalers(namespace)))) ?? [];
      return all.filter(({ spec }) => spec?.targetRef?.kind === kind && spec.targetRef.name === name).map(readVertical);
    },
  };
}

type PodReads = Pick<Cluster, 'getPod' | 'listPodsOf' | 'listPods' | 'listPodsOn' | 'podLog'>;

function podReads(transport: Transport, logDeadlineMs: number): PodReads {
  const { read, list } = readersOf(transport);
  return {
    async getPod(namespace, name) {
      const raw = await read<RawPod>(core(namespace, 'pods', name));
      return raw && readPod(raw);
    },
    async listPodsOf(workload) {
      const { kind, namespace } = workload.ref;
      if (kind === 'Node') return [];
      const labelSelector = workload.podSelector;
      const [pods, owners] = await Promise.all([
        list<RawPod>(core(namespace, 'pods'), { labelSelector }),
        ownersOf(workload, () => list<RawWorkload>(workloads('ReplicaSet', namespace), { labelSelector })),
      ]);
      return pods.map(readPod).filter(({ owner }) => owner !== undefined && owners.has(owner.uid));
    },
    async listPods(namespace) {
      return (await list<RawPod>(core(namespace, 'pods'))).map(readPod);
    },
    async listPodsOn(name) {
      return (await list<RawPod>('/api/v1/pods', { fieldSelector: `spec.nodeName=${name}` })).map(readPod);
    },
    async podLog(pod, { container, previous, maxBytes }) {
      const asked = transport.text({
        method: 'GET',
        path: core(pod.namespace, 'pods', pod.name, 'log'),
        query: { container, previous: String(previous), tailLines: logLines, limitBytes: logReadBytes },
        deadlineMs: logDeadlineMs,
        isThroughNode: true,
      });
      const log = await asked.catch((error: unknown) => {
        if (saysNoLog(error)) return undefined;
        throw error;
      });
      return log === undefined || isLostLog(log) ? undefined : Buffer.from(log).subarray(-maxBytes).toString();
    },
  };
}

const readersOf = (transport: Transport) => ({
  read: <T>(path: string) => unlessGone(transport.json<T>({ method: 'GET', path })),
  list: <T>(path: string, selector: Selector = {}) => listAll<T>(transport, path, selector),
});

/** The kubelet puts a node’s name where its uid should be. */
const aboutObject = ({ kind, name, uid }: ObjectRef) =>
  kind === 'Node' ? `involvedObject.kind=Node,involvedObject.name=${name}` : `involvedObject.uid=${uid}`;

/** Uids of the objects that own this workload's pods: its ReplicaSets for a Deployment, else itself. */
async function ownersOf({ ref }: Workload, replicaSets: () => Promise<RawWorkload[]>): Promise<Set<string>> {
  if (ref.kind !== 'Deployment') return new Set([ref.uid]);
  const owned = (await replicaSets()).filter(({ metadata }) => controllerOf(metadata)?.uid === ref.uid);
  return new Set(owned.map(({ metadata }) => metadata?.uid ?? ''));
}

interface Selector {
  labelSelector?: string;
  fieldSelector?: string;
}

async function listAll<T>(transport: Transport, listPath: string, selector: Selector): Promise<T[]> {
  const items: T[] = [];
  let next: string | undefined;
  do {
    const query = { ...selector, limit: pageSize, continue: next };
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
