import type { Node } from '../../domain/target/cluster-context.ts';
import { type Fault, isOn, type NodePressure, nodePressures } from './faults.ts';

const zoneLabel = 'topology.kubernetes.io/zone';
const roomy: Record<NodePressure, string> = {
  MemoryPressure: 'KubeletHasSufficientMemory',
  DiskPressure: 'KubeletHasNoDiskPressure',
  PIDPressure: 'KubeletHasSufficientPID',
};
const pressed: Record<NodePressure, string> = {
  MemoryPressure: 'KubeletHasInsufficientMemory',
  DiskPressure: 'KubeletHasDiskPressure',
  PIDPressure: 'KubeletHasInsufficientPID',
};

/** A node as it is while nothing is wrong with it. */
export function wellNode(name: string, { zone, labels = {} }: { zone?: string; labels?: Record<string, string> } = {}) {
  const node: Node = {
    name,
    uid: `uid-of-${name}`,
    labels: { 'kubernetes.io/hostname': name, ...(zone !== undefined && { [zoneLabel]: zone }), ...labels },
    annotations: {},
    isCordoned: false,
    ...(zone === undefined ? {} : { zone }),
    isReady: true,
    conditions: [
      ...nodePressures.map((type) => ({ type, status: 'False', reason: roomy[type], message: '' })),
      { type: 'Ready', status: 'True', reason: 'KubeletReady', message: '' },
    ],
  };
  return node;
}

/** The node as a read at that moment shows it; `movable` are the pods on it that a drain would move. */
export function viewNode(node: Node, faults: readonly Fault[], at: { nowMs: number; movable(): number }): Node {
  const shown = faults.filter(
    (fault) =>
      'node' in fault.in &&
      fault.in.node === node.name &&
      isOn(fault, at.nowMs) &&
      (fault.in.untilDrained !== true || at.movable() > 0),
  );
  if (shown.length === 0) return node;
  const isDown = shown.some(({ shape }) => shape === 'NotReady');
  const conditions = node.conditions.map((condition) => {
    if (isDown) return { ...condition, status: 'Unknown', reason: 'NodeStatusUnknown', message: '' };
    const type = nodePressures.find((known) => known === condition.type);
    if (type === undefined || !shown.some(({ shape }) => shape === type)) return condition;
    return { ...condition, status: 'True', reason: pressed[type] };
  });
  return { ...node, ...(isDown && { isReady: false }), conditions };
}
