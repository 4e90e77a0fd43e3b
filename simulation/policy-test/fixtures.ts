import { keyOf } from '../cluster/records.ts';
import { followLoad } from '../cluster/scaling.ts';
import type { Store } from '../cluster/store.ts';
import type { AutoscalerFields, JobFields } from './format/cluster.ts';

type Present<T> = { [Key in keyof T]: Exclude<T[Key], undefined> };

/** The mapping without the keys that say nothing. */
export function withoutGaps<T extends object>(mapping: T): Present<T> {
  return Object.fromEntries(Object.entries(mapping).filter(([, value]) => value !== undefined)) as Present<T>;
}

/** Puts a Job that was made so long ago. */
export function addJob(store: Store, job: JobFields): void {
  const { namespace, name, labels = {}, annotations = {}, cronJob, completions, takes, age } = job;
  const ref = { kind: 'Job', namespace, name, uid: store.names.uid() };
  if (!store.namespaces.has(namespace)) {
    store.namespaces.set(namespace, { labels: { 'kubernetes.io/metadata.name': namespace }, annotations: {} });
  }
  store.jobs.set(keyOf(ref), {
    ...{ ref, labels, annotations, completions, takesMs: takes, origin: keyOf(ref) },
    createdAtMs: store.clock.nowMs - age,
    ...(cronJob !== undefined && {
      owner: { apiVersion: 'batch/v1', kind: 'CronJob', name: cronJob, uid: store.names.uid() },
    }),
  });
}

/** Puts a HorizontalPodAutoscaler beside its workload, which it scales at once. */
export function addAutoscaler(store: Store, { name, scales, min, max, wants }: AutoscalerFields): void {
  const { namespace, kind = 'Deployment', workload } = scales;
  const autoscaler = {
    ref: { kind: 'HorizontalPodAutoscaler', namespace, name, uid: store.names.uid() },
    labels: {},
    annotations: {},
    scales: { apiVersion: 'apps/v1', kind, name: workload },
    ...{ min, max, current: 0, desired: 0, conditions: [] },
    ...(wants !== undefined && { wants }),
  };
  store.autoscalers.push(autoscaler);
  followLoad(store, autoscaler);
}
