import type { Node } from './cluster-context.ts';
import type { Workload } from './workload.ts';

/** A node in a workload's place: it wants to be Ready, once. */
export function nodeAsWorkload({ name, uid, labels, annotations, isCordoned, isReady, conditions }: Node): Workload {
  const ready = isReady ? 1 : 0;
  return {
    ref: { kind: 'Node', namespace: '', name, uid },
    labels,
    annotations,
    podSelector: '',
    desired: 1,
    isPaused: isCordoned,
    strategy: 'None',
    partition: 0,
    generation: 0,
    observedGeneration: 0,
    counts: { replicas: 1, updated: 1, ready, available: ready },
    isRevisionCurrent: true,
    conditions,
    templateAnnotations: {},
  };
}

/** The same node again, for the checks about nodes; its zone is not known. */
export function workloadAsNode({ ref, labels, annotations, isPaused, counts, conditions }: Workload): Node {
  const { name, uid } = ref;
  return { name, uid, labels, annotations, isCordoned: isPaused, isReady: counts.ready > 0, conditions };
}
