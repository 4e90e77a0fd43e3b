import type { Workload } from '../../domain/workload.ts';
import type { RawJob } from './raw.ts';
import { controllerOf, readConditions, refOf } from './read-pod.ts';
import { selectorText } from './read-workload.ts';

/** A Job as decisions see it: it wants completions, and those it has count as ready. */
export function readJob({ metadata = {}, spec = {}, status = {} }: RawJob): Workload {
  const owner = controllerOf(metadata);
  const conditions = readConditions(status.conditions);
  const failed = conditions.find(({ type, status }) => type === 'Failed' && status === 'True');
  const done = status.succeeded ?? 0;
  return {
    ref: refOf('Job', metadata),
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
