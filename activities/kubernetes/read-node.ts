import type { Node } from '../../domain/target/cluster-context.ts';
import { amountsOf } from '../../domain/target/placement/room.ts';
import type { RawNode } from './raw.ts';
import { readConditions } from './read-pod.ts';

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
    ...(spec.taints !== undefined && spec.taints.length > 0 && { taints: spec.taints }),
    ...(status.allocatable !== undefined && { allocatable: amountsOf(status.allocatable) }),
  };
}
