import { optOutLabel, ourLabel } from '../run/contract.ts';
import type { Pod } from './pod.ts';
import type { TargetFacts } from './target.ts';
import type { Workload } from './workload.ts';

/** What one live read of a target gave. */
export interface Sighting {
  namespace: string;
  namespaceLabels: Record<string, string>;
  /** Kind of the top owner, or `none`. */
  ownerKind: string;
  workload?: Workload;
  pod?: Pod;
  /** All pods of the workload, where they were listed; else its own counts are taken. */
  pods?: readonly Pod[];
}

/** What decides whether an object may be touched. */
export interface Bounds {
  /** Labels of the policy that take an object out. */
  excludeLabels: Record<string, string>;
  /** The namespace that Mendflow itself runs in. */
  ownNamespace?: string;
  /** Labels that a node must carry, all of them; absent: no node may be touched. */
  nodeLabels?: Record<string, string>;
}

/** The facts that the ownership rule and the guard judge; where reads disagree, the cautious one counts. */
export function factsOf(sighting: Sighting, { excludeLabels, ownNamespace, nodeLabels }: Bounds): TargetFacts {
  const { namespace, namespaceLabels, ownerKind, workload, pod } = sighting;
  const labelled = [pod?.labels, workload?.labels, namespaceLabels].filter((labels) => labels !== undefined);
  const outLabels = Object.entries({ ...excludeLabels, [optOutLabel]: 'disabled' });
  return {
    ownerKind,
    isMirrorPod: pod?.isMirror ?? false,
    isOptedOut: labelled.some((labels) => outLabels.some(([key, value]) => labels[key] === value)),
    isOurs: namespace === ownNamespace || labelled.some((labels) => labels[ourLabel.key] === ourLabel.value),
    otherReadyPods: otherReadyPods(sighting),
    desiredPods: workload?.desired ?? 0,
    ...(ownerKind === 'Node' ? nodeFacts(workload?.labels ?? {}, nodeLabels) : {}),
  };
}

const controlPlaneLabel = /^node-role\.kubernetes\.io\/(control-plane|master|etcd)$/;

function nodeFacts(labels: Record<string, string>, wanted: Record<string, string> = {}): Partial<TargetFacts> {
  if (Object.keys(labels).some((name) => controlPlaneLabel.test(name))) {
    return { isNodeInScope: false, isControlPlane: true };
  }
  const pairs = Object.entries(wanted);
  return { isNodeInScope: pairs.length > 0 && pairs.every(([name, value]) => labels[name] === value) };
}

function otherReadyPods({ workload, pod, pods }: Sighting): number {
  if (pods !== undefined) {
    return pods.filter(({ isReady, isTerminating, ref }) => isReady && !isTerminating && ref.uid !== pod?.ref.uid)
      .length;
  }
  if (workload === undefined) return 0;
  const { ready, replicas } = workload.counts;
  // The counts lag behind the pods: never believe in more others than there are pods beside this one.
  return Math.max(0, Math.min(ready - (pod?.isReady ? 1 : 0), replicas - (pod ? 1 : 0)));
}
