import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubernetesApi } from '../kubernetes-api.ts';

interface ContainerStatus {
  name: string;
  ready: boolean;
  restartCount: number;
  state: { waiting?: { reason?: string } };
  lastState?: { terminated?: { reason?: string } };
}

interface Condition {
  type: string;
  status: string;
  reason?: string;
}

interface StatedObject {
  metadata: { name: string; namespace?: string; uid: string };
  spec: { nodeName?: string };
  status: { phase?: string; conditions?: Condition[]; containerStatuses?: ContainerStatus[] };
}

type Labels = Record<string, string>;
type Sample = [name: string, labels: Labels, value: number];

const escaped = (text: string) => text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');

/** One series in the text format. */
function lineOf([name, labels, value]: Sample): string {
  const pairs = Object.entries(labels).map(([key, text]) => `${key}="${escaped(text)}"`);
  return `${name}{${pairs.join(',')}} ${value}`;
}

/** One series for each status that a condition can have, 1 for the one it has. */
const ofCondition = (name: string, labels: Labels, { type, status }: Condition): Sample[] =>
  ['true', 'false', 'unknown'].map((each) => [
    name,
    { ...labels, condition: type, status: each },
    each === status.toLowerCase() ? 1 : 0,
  ]);

const phases = ['Pending', 'Running', 'Succeeded', 'Failed', 'Unknown'];

/** The series of a pod that the shipped rules read, as kube-state-metrics names and counts them. */
export function samplesOfPod({ metadata, status }: StatedObject): Sample[] {
  const { namespace = '', name: pod, uid } = metadata;
  const labels = { namespace, pod, uid };
  const conditions = status.conditions ?? [];
  const ready = conditions.find(({ type }) => type === 'Ready');
  const isUnschedulable = conditions.some(
    ({ type, status: value, reason }) => type === 'PodScheduled' && value === 'False' && reason === 'Unschedulable',
  );
  const ofContainers = (status.containerStatuses ?? []).flatMap((container): Sample[] => {
    const own = { ...labels, container: container.name };
    const waits = container.state.waiting?.reason;
    const ended = container.lastState?.terminated?.reason;
    return [
      ['kube_pod_container_status_restarts_total', own, container.restartCount],
      ['kube_pod_container_status_ready', own, container.ready ? 1 : 0],
      ...(waits ? [['kube_pod_container_status_waiting_reason', { ...own, reason: waits }, 1] as Sample] : []),
      ...(ended ? [['kube_pod_container_status_last_terminated_reason', { ...own, reason: ended }, 1] as Sample] : []),
    ];
  });
  return [
    ...phases.map((phase): Sample => ['kube_pod_status_phase', { ...labels, phase }, phase === status.phase ? 1 : 0]),
    ...['true', 'false', 'unknown'].map((condition): Sample => {
      const isIt = ready?.status.toLowerCase() === condition;
      return ['kube_pod_status_ready', { ...labels, condition }, isIt ? 1 : 0];
    }),
    ...(isUnschedulable ? [['kube_pod_status_unschedulable', labels, 1] as Sample] : []),
    ...ofContainers,
  ];
}

const samplesOfNode = ({ metadata, status }: StatedObject) =>
  (status.conditions ?? []).flatMap((condition) =>
    ofCondition('kube_node_status_condition', { node: metadata.name }, condition),
  );

const samplesOfDeployment = ({ metadata, status }: StatedObject) => {
  const labels = { namespace: metadata.namespace ?? '', deployment: metadata.name };
  return (status.conditions ?? []).flatMap((condition) =>
    ofCondition('kube_deployment_status_condition', labels, condition),
  );
};

const samplesOfJob = ({ metadata, status }: StatedObject) => {
  const labels = { namespace: metadata.namespace ?? '', job_name: metadata.name };
  const failed = (status.conditions ?? []).filter(({ type, status: value }) => type === 'Failed' && value === 'True');
  return failed.map((): Sample => ['kube_job_failed', { ...labels, condition: 'true' }, 1]);
};

const sources: readonly [path: string, samples: (object: StatedObject) => Sample[]][] = [
  ['/api/v1/pods', samplesOfPod],
  ['/api/v1/nodes', samplesOfNode],
  ['/apis/apps/v1/deployments', samplesOfDeployment],
  ['/apis/batch/v1/jobs', samplesOfJob],
];

/** Serves the state of the cluster's objects to Prometheus. */
export interface StateMetrics {
  /** `127.0.0.1:<port>`. */
  target: string;
  close(): Promise<void>;
}

/**
 * Stands where kube-state-metrics stands, which no package registry has as a program: the few series that the shipped rules
 * read, under its names and with its labels, from one list of each kind at every scrape. 503 while the API server is away.
 */
export async function openStateMetrics(api: KubernetesApi): Promise<StateMetrics> {
  const scrape = async () => {
    const lists = sources.map(async ([path, samples]) => {
      const { items } = await api.call<{ items: StatedObject[] }>('GET', path);
      return items.flatMap(samples).map(lineOf);
    });
    return `${(await Promise.all(lists)).flat().sort().join('\n')}\n`;
  };
  const server = createServer((_, response) => {
    void scrape().then(
      (text) => response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(text),
      (error: unknown) => response.writeHead(503).end(String(error)),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    target: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
