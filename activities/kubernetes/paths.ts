import type { WorkloadKind } from '../../domain/target/target.ts';
import { path } from './transport.ts';

const plural: Record<WorkloadKind, string> = {
  Deployment: 'deployments',
  StatefulSet: 'statefulsets',
  DaemonSet: 'daemonsets',
  ReplicaSet: 'replicasets',
};

/** The namespace, or a core resource in it. */
export const core = (namespace: string, ...segments: string[]) => path('/api/v1/namespaces', namespace, ...segments);

/** Where events on an object stand: those on what has no namespace stand in `default`. */
export const eventNamespace = ({ namespace }: { namespace: string }) => namespace || 'default';

/** Our events, which the newer API takes. */
export const events = (namespace: string) => path('/apis/events.k8s.io/v1/namespaces', namespace, 'events');

/** Workloads of a kind in the namespace, or the one named. */
export const workloads = (kind: WorkloadKind, namespace: string, ...name: string[]) =>
  path('/apis/apps/v1/namespaces', namespace, plural[kind], ...name);

/** The revisions that StatefulSets and DaemonSets of the namespace keep. */
export const controllerRevisions = (namespace: string) =>
  path('/apis/apps/v1/namespaces', namespace, 'controllerrevisions');

/** Jobs of the namespace, or the one named. */
export const jobs = (namespace: string, ...name: string[]) =>
  path('/apis/batch/v1/namespaces', namespace, 'jobs', ...name);

/** HorizontalPodAutoscalers of the namespace, or the one named. */
export const autoscalers = (namespace: string, ...name: string[]) =>
  path('/apis/autoscaling/v2/namespaces', namespace, 'horizontalpodautoscalers', ...name);

/** VerticalPodAutoscalers of the namespace. */
export const verticalAutoscalers = (namespace: string) =>
  path('/apis/autoscaling.k8s.io/v1/namespaces', namespace, 'verticalpodautoscalers');

/** The node named. */
export const node = (name: string) => path('/api/v1/nodes', name);

/** The PersistentVolume named. */
export const volume = (name: string) => path('/api/v1/persistentvolumes', name);
