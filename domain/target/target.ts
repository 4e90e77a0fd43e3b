/** A Kubernetes object, fenced by its uid: the same name with another uid is another object. */
export interface ObjectRef {
  kind: string;
  namespace: string;
  name: string;
  uid: string;
  /** Name of the Job whose work this one does again. */
  workOf?: string;
}

/** Kinds of workload whose pods we may remediate: their controller replaces what we evict. */
export const workloadKinds = ['Deployment', 'StatefulSet', 'DaemonSet', 'ReplicaSet'] as const;
export type WorkloadKind = (typeof workloadKinds)[number];

/** Kinds of object that a run can be about. A Job and a node are read as a workload is, and have no pods of theirs. */
export const subjectKinds = [...workloadKinds, 'Job', 'Node'] as const;
export type SubjectKind = (typeof subjectKinds)[number];

/** What is known of a target from one live read; everything a guard needs to judge ownership. */
export interface TargetFacts {
  /** Kind of the top owner, or `none` for a bare pod. */
  ownerKind: string;
  isMirrorPod: boolean;
  /** Label `mendflow.dev/remediation: disabled` on the pod, the workload or the namespace. */
  isOptedOut: boolean;
  /** The object belongs to Mendflow itself. */
  isOurs: boolean;
  /** Ready pods of the workload, other than the target pod. */
  otherReadyPods: number;
  /** Pods the workload wants. */
  desiredPods: number;
  /** Node only: it carries the labels that the scope of the policy asks for, and is no control plane. */
  isNodeInScope?: boolean;
  /** Node only: it runs the control plane. */
  isControlPlane?: true;
}

/**
 * The object a run acts on: a workload, and the pod of it that the fault was verified on; or a Job or a node, which
 * stands in the workload's place. A node has no namespace: it is empty.
 */
export interface Target {
  cluster: string;
  namespace: string;
  workload: ObjectRef;
  /** Absent when the alert names a workload and no pod of it shows the fault. */
  pod?: ObjectRef;
  facts: TargetFacts;
}

/**
 * `namespace/Kind/name`: the key that leases, cooldowns and attempts hang on. A replaced pod keeps it, and so does a Job
 * that was made again; each cluster has a guard of its own.
 */
export function workloadKey({ workload }: Pick<Target, 'workload'>): string {
  return `${workload.namespace}/${workload.kind}/${workload.workOf ?? workload.name}`;
}

/** The key of a node, as workloadKey makes it: a node has no namespace. */
export const nodeKey = (name: string): string => `/Node/${name}`;

/** `namespace/name` of the pod, or of the workload where there is no pod: what a person calls the target. */
export function targetLabel(target: Target): string {
  const { name } = target.pod ?? target.workload;
  return target.namespace === '' ? `${target.workload.kind.toLowerCase()} ${name}` : `${target.namespace}/${name}`;
}
