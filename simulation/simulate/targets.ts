import type { Alert } from '../../domain/alert/alert.ts';
import { namedTarget } from '../../domain/target/named-target.ts';
import { worstFirst } from '../../domain/target/pod.ts';
import { keyOf, type PodRecord, type WorkloadRecord } from '../cluster/records.ts';
import type { Store } from '../cluster/store.ts';

/** What an alert is about, as far as the store holds it: the workload, and its pods that may be meant, worst first. */
export interface AlertTarget {
  workload: WorkloadRecord;
  pods: PodRecord[];
}

/** The key of the Job that the alert names, where the store has it. */
export function jobIn(store: Store, alert: Alert): string | undefined {
  const named = namedTarget(alert.labels);
  if (named.kind === 'unnamed' || named.workload?.kind !== 'Job') return undefined;
  const key = keyOf({ kind: 'Job', namespace: named.namespace, name: named.workload.name, uid: '' });
  return store.jobs.has(key) ? key : undefined;
}

/** The workload of the alert; undefined where the labels name nothing that is there and owned. */
export function targetIn(store: Store, alert: Alert): AlertTarget | undefined {
  const named = namedTarget(alert.labels);
  if (named.kind === 'unnamed') return undefined;
  const { namespace } = named;
  const pod = named.pod === undefined ? undefined : store.pod(namespace, named.pod);
  const { kind, name } = named.workload ?? {};
  const key =
    pod === undefined && kind && name ? keyOf({ kind, namespace, name, uid: '' }) : store.topOf(pod?.base.owner);
  const workload = store.workloads.get(key ?? '');
  if (workload === undefined) return undefined;
  const all = [...store.podsUnder(keyOf(workload.base.ref))].sort((a, b) => worstFirst(a.base, b.base));
  return { workload, pods: pod === undefined ? all : [pod] };
}
