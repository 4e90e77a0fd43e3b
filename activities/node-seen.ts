import type { Node } from '../domain/target/cluster-context.ts';
import { workloadAsNode } from '../domain/target/node-as-workload.ts';
import type { Pod } from '../domain/target/pod.ts';
import type { ObjectRef } from '../domain/target/target.ts';
import type { Found } from './resolve-target.ts';

/** A node that the run is about was read itself, a moment ago; the census may be older than its fault. */
export function nodeSeen(nodes: readonly Node[], { top, workload }: Pick<Found, 'top' | 'workload'>, pod?: Pod) {
  if (top.kind === 'Node' && workload !== undefined) return workloadAsNode(workload);
  return nodes.find(({ name }) => name === nodeName(top, pod));
}

/** Which node is meant: the one that the run is about, or the one that the pod is on. */
export const nodeName = (top: ObjectRef, pod: Pod | undefined): string | undefined =>
  top.kind === 'Node' ? top.name : pod?.nodeName;
