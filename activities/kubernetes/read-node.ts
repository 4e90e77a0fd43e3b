import type { Node } from '../../domain/surroundings.ts';
import type { Workload } from '../../domain/workload.ts';
import type { RawNode } from './raw.ts';
import { readConditions, refOf } from './read-pod.ts';

const zoneLabel = 'topology.kubernetes.io/zone';

/** The node as decisions see it. */
export function readNode({ metadata = {}, spec = {}, status = {} }: RawNode): Node {
  const zone = metadata.labels?.[zoneLabel];
  const conditions = readConditions(status.conditions);
  return {
    name: metadata.name ?? '',
    uid: metadata.uid ?? '',
    labels: metadata.labels ?? {},
    annotations: metadata.annotations ?? {},
    isCordoned: spec.unschedulable ?? false,
    ...(zone === undefined ? {} : { zone }),
    isReady: conditions.some(({ type, status }) => type === 'Ready' && status === 'True'),
    conditions,
  };
}

/** A node in a workload's place: it wants to be Ready, once. */
export function readNodeAsWorkload(raw: RawNode): Workload {
  const { isReady, labels, annotations, conditions } = readNode(raw);
  const ready = isReady ? 1 : 0;
  return {
    ref: refOf('Node', raw.metadata),
    labels,
    annotations,
    podSelector: '',
    desired: 1,
    isPaused: raw.spec?.unschedulable ?? false,
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
