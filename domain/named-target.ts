import { isLabelName, isSubdomainName } from './names.ts';
import type { Reason } from './reasons.ts';
import type { WorkloadKind } from './target.ts';

/** The one object that an alert's labels name; `workload` beside `pod` is a claim that the owner must confirm. */
export interface NamedTarget {
  namespace: string;
  pod?: string;
  workload?: { kind: WorkloadKind; name: string };
}

const kindLabels: readonly (readonly [label: string, kind: WorkloadKind])[] = [
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['replicaset', 'ReplicaSet'],
];
const kindOfWorkloadLabels = ['workload_type', 'workload_kind'] as const;
/** Prometheus moves a target's own labels here when they clash: then the plain ones name the exporter. */
const movedLabels = ['exported_namespace', 'exported_pod'] as const;
const namingLabels = ['namespace', 'pod', 'workload', ...kindLabels.map(([label]) => label), ...movedLabels];

type Refusal = { reason: Reason; detail: string };

/**
 * Reads the name of exactly one object from untrusted labels, or says why it cannot: a naming label that is missing,
 * empty, not a Kubernetes name or in contradiction to another refuses the whole alert. Nothing is ever widened.
 */
export function namedTarget(labels: Record<string, string>): NamedTarget | Refusal {
  const empty = namingLabels.find((label) => labels[label] === '');
  if (empty !== undefined) return { reason: 'targetUnnamed', detail: `label ${empty} is empty` };
  const { namespace, pod } = labels;
  if (namespace === undefined) return { reason: 'targetUnnamed', detail: 'there is no namespace label' };
  if (!isLabelName(namespace)) return { reason: 'targetInvalid', detail: 'label namespace is not a namespace name' };
  if (pod !== undefined && !isSubdomainName(pod)) {
    return { reason: 'targetInvalid', detail: 'label pod is not a pod name' };
  }
  const moved = movedLabels.find((label) => labels[label] !== undefined && labels[label] !== labels[label.slice(9)]);
  if (moved !== undefined) {
    return {
      reason: 'targetAmbiguous',
      detail: `label ${moved} says that ${moved.slice(9)} names the exporter; set honor_labels on its scrape job`,
    };
  }
  const workload = namedWorkload(labels);
  if (workload !== undefined && 'reason' in workload) return workload;
  if (pod === undefined && workload === undefined) {
    return {
      reason: 'targetUnnamed',
      detail: 'no label names a pod, deployment, statefulset, daemonset or replicaset',
    };
  }
  return { namespace, ...(pod === undefined ? {} : { pod }), ...(workload === undefined ? {} : { workload }) };
}

function namedWorkload(labels: Record<string, string>): NamedTarget['workload'] | Refusal {
  const found = kindLabels.flatMap(([label, kind]) => {
    const name = labels[label];
    return name === undefined ? [] : [{ kind, name }];
  });
  if (labels.workload !== undefined) {
    const kind = workloadKind(labels);
    if (typeof kind === 'object') return kind;
    // Beside a pod the bare name says nothing that the pod's owner does not say better.
    if (kind === undefined && labels.pod === undefined) {
      return { reason: 'targetAmbiguous', detail: 'label workload needs workload_type beside it: which kind is it?' };
    }
    if (kind !== undefined) found.push({ kind, name: labels.workload });
  }
  const [first, ...others] = found.filter(({ kind }) => kind !== 'ReplicaSet' || found.length === 1);
  const other = others.find(({ kind, name }) => kind !== first?.kind || name !== first.name);
  if (first !== undefined && other !== undefined) {
    return { reason: 'targetAmbiguous', detail: `the labels name a ${first.kind} and a ${other.kind}` };
  }
  if (first !== undefined && !isSubdomainName(first.name)) {
    return { reason: 'targetInvalid', detail: `the label for the ${first.kind} is not a Kubernetes name` };
  }
  return first;
}

function workloadKind(labels: Record<string, string>): WorkloadKind | undefined | Refusal {
  const label = kindOfWorkloadLabels.find((name) => labels[name] !== undefined);
  if (label === undefined) return undefined;
  const known = kindLabels.find(([name]) => name === labels[label]?.toLowerCase());
  if (known !== undefined) return known[1];
  return {
    reason: 'targetInvalid',
    detail: `label ${label} is none of deployment, statefulset, daemonset, replicaset`,
  };
}
