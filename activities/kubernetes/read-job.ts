import { copyOfAnnotation } from '../../domain/run/contract.ts';
import type { ObjectRef } from '../../domain/target/target.ts';
import type { Workload } from '../../domain/target/workload.ts';
import { kubernetesName } from '../../domain/text/names.ts';
import type { TaskOutcome } from './port.ts';
import type { RawJob, RawMeta, RawPod } from './raw.ts';
import { controllerOf, readConditions, refOf } from './read-pod.ts';
import { selectorText } from './read-workload.ts';

/** Identity of a Job. Whoever may make Jobs may write the annotation: they can share the counts of another Job there. */
export function jobRefOf(metadata: RawMeta = {}): ObjectRef {
  const first = metadata.annotations?.[copyOfAnnotation];
  return { ...refOf('Job', metadata), ...(first !== undefined && kubernetesName.test(first) && { workOf: first }) };
}

/** A Job as decisions see it: it wants completions, and those it has count as ready. */
export function readJob({ metadata = {}, spec = {}, status = {} }: RawJob): Workload {
  const owner = controllerOf(metadata);
  const conditions = readConditions(status.conditions);
  const failed = conditions.find(({ type, status }) => type === 'Failed' && status === 'True');
  const done = status.succeeded ?? 0;
  return {
    ref: jobRefOf(metadata),
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    ...(owner === undefined ? {} : { owner }),
    podSelector: selectorText(spec.selector),
    desired: spec.completions ?? 1,
    isPaused: spec.suspend ?? false,
    strategy: 'None',
    partition: 0,
    generation: 0,
    observedGeneration: 0,
    counts: { replicas: done, updated: done, ready: done, available: done },
    isRevisionCurrent: true,
    ...(failed === undefined ? {} : { progressFailure: failed.message || 'it has failed' }),
    conditions,
    templateAnnotations: spec.template?.metadata?.annotations ?? {},
  };
}

/** What came of a task, as its Job and the pods of it show it. */
export function readTask({ status = {} }: RawJob, pods: readonly RawPod[]): TaskOutcome {
  const shows = (wanted: string) =>
    status.conditions?.find(({ type, status: value }) => type === wanted && value === 'True');
  const failed = shows('Failed');
  const complete = shows('Complete');
  if (failed === undefined && complete === undefined) return { state: 'running', message: '' };
  const ended = pods
    .flatMap((pod) => pod.status?.containerStatuses ?? [])
    .flatMap(({ state }) => state?.terminated ?? []);
  const last = failed === undefined ? ended.find(({ exitCode }) => exitCode === 0) : ended[0];
  const said = last?.message || [failed?.reason, failed?.message].filter(Boolean).join(': ');
  return {
    state: failed === undefined ? 'succeeded' : 'failed',
    ...(last?.exitCode === undefined ? {} : { exitCode: last.exitCode }),
    message: said,
  };
}
