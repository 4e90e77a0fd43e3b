import { objectLabels } from '../alert/exporter-labels.ts';
import type { Reason } from '../run/reasons.ts';
import { isLabelName, isSubdomainName } from '../text/names.ts';
import type { SubjectKind } from './target.ts';

/** The one object that an alert's labels name; `workload` beside `pod` is a claim that the owner must confirm. */
export interface NamedTarget {
  /** Empty for a node. */
  namespace: string;
  pod?: string;
  workload?: { kind: SubjectKind; name: string };
  /** A PersistentVolumeClaim; meant is the one workload whose pods mount it. */
  claim?: string;
  /** A HorizontalPodAutoscaler; meant is the workload that it scales. */
  autoscaler?: string;
}

/** `job` is the scrape job, and names nothing in the cluster. */
const kindLabels: readonly (readonly [label: string, kind: SubjectKind])[] = [
  ['deployment', 'Deployment'],
  ['statefulset', 'StatefulSet'],
  ['daemonset', 'DaemonSet'],
  ['replicaset', 'ReplicaSet'],
  ['job_name', 'Job'],
];
/** Labels of objects that stand for a workload. */
const standIns = [
  ['persistentvolumeclaim', 'claim'],
  ['horizontalpodautoscaler', 'autoscaler'],
] as const;
const kindOfWorkloadLabels = ['workload_type', 'workload_kind'] as const;
/** Prometheus moves a target's own labels here when they clash: then the plain ones name the exporter. */
const movedLabels = ['exported_namespace', 'exported_pod'] as const;
const placed = ['pod', 'workload', ...kindLabels.map(([label]) => label), ...standIns.map(([label]) => label)];
const namingLabels = ['namespace', 'node', ...placed, ...movedLabels];

/** Why labels name nothing that may be acted on. */
interface Unnamed {
  kind: 'unnamed';
  reason: Reason;
  detail: string;
}

/** What labels name. */
export type Naming = ({ kind: 'named' } & NamedTarget) | Unnamed;

const unnamed = (reason: Reason, detail: string): Unnamed => ({ kind: 'unnamed', reason, detail });

/**
 * Reads the name of exactly one object from untrusted labels, or says why it cannot: a naming label that is missing,
 * empty, not a Kubernetes name or in contradiction to another refuses the whole alert. Nothing is ever widened. Labels that name the exporter
 * are left out first.
 */
export function namedTarget(alertLabels: Record<string, string>): Naming {
  const labels = objectLabels(alertLabels);
  const empty = namingLabels.find((label) => labels[label] === '');
  if (empty !== undefined) return unnamed('targetUnnamed', `label ${empty} is empty`);
  const { namespace, pod } = labels;
  if (namespace === undefined) return namedNode(labels);
  if (!isLabelName(namespace)) return unnamed('targetInvalid', 'label namespace is not a namespace name');
  if (pod !== undefined && !isSubdomainName(pod)) {
    return unnamed('targetInvalid', 'label pod is not a pod name');
  }
  const moved = movedLabels.find((label) => labels[label] !== undefined && labels[label] !== labels[label.slice(9)]);
  if (moved !== undefined) {
    const detail = `label ${moved} says that ${moved.slice(9)} names the exporter; set honor_labels on its scrape job`;
    return unnamed('targetAmbiguous', detail);
  }
  const workload = namedWorkload(labels);
  if (workload?.kind === 'unnamed') return workload;
  const standIn = namedStandIn(labels);
  if (standIn?.kind === 'unnamed') return standIn;
  if (pod === undefined && workload === undefined && standIn === undefined) {
    const beside = labels.node === undefined ? '' : '; a node is named by itself, without a namespace';
    return unnamed('targetUnnamed', `no label names one of ${placed.join(', ')}${beside}`);
  }
  const names = { ...(pod === undefined ? {} : { pod }), ...(workload === undefined ? {} : { workload }) };
  if (standIn !== undefined && Object.keys(names).length > 0) {
    const detail = `the labels name a ${standIn.claim === undefined ? 'autoscaler' : 'claim'} and a ${Object.keys(names).join(' and a ')}; aggregate the exporter’s own labels away`;
    return unnamed('targetAmbiguous', detail);
  }
  return { ...standIn, kind: 'named', namespace, ...names };
}

/** A node has no namespace, so an alert about one has no label that names anything else. */
function namedNode(labels: Record<string, string>): Naming {
  const { node } = labels;
  const other = placed.find((label) => labels[label] !== undefined);
  if (node === undefined || other !== undefined) {
    return unnamed('targetUnnamed', 'there is no namespace label');
  }
  if (!isSubdomainName(node)) return unnamed('targetInvalid', 'label node is not a node name');
  return { kind: 'named', namespace: '', workload: { kind: 'Node', name: node } };
}

type StandIn = { kind: 'named' } & Pick<NamedTarget, 'claim' | 'autoscaler'>;

function namedStandIn(labels: Record<string, string>): StandIn | Unnamed | undefined {
  const found = standIns.filter(([label]) => labels[label] !== undefined);
  const [first, second] = found;
  if (first === undefined) return undefined;
  if (second !== undefined) return unnamed('targetAmbiguous', `the labels name a ${first[1]} and a ${second[1]}`);
  const [label, field] = first;
  const name = labels[label] ?? '';
  return isSubdomainName(name)
    ? { kind: 'named', [field]: name }
    : unnamed('targetInvalid', `label ${label} is not a Kubernetes name`);
}

function namedWorkload(labels: Record<string, string>): NamedTarget['workload'] | Unnamed {
  const found = kindLabels.flatMap(([label, kind]) => {
    const name = labels[label];
    return name === undefined ? [] : [{ kind, name }];
  });
  if (labels.workload !== undefined) {
    const kind = workloadKind(labels);
    if (typeof kind === 'object') return kind;
    // Beside a pod the bare name says nothing that the pod's owner does not say better.
    if (kind === undefined && labels.pod === undefined) {
      return unnamed('targetAmbiguous', 'label workload needs workload_type beside it: which kind is it?');
    }
    if (kind !== undefined) found.push({ kind, name: labels.workload });
  }
  const [first, ...others] = found.filter(({ kind }) => kind !== 'ReplicaSet' || found.length === 1);
  const other = others.find(({ kind, name }) => kind !== first?.kind || name !== first.name);
  if (first !== undefined && other !== undefined) {
    return unnamed('targetAmbiguous', `the labels name a ${first.kind} and a ${other.kind}`);
  }
  if (first !== undefined && !isSubdomainName(first.name)) {
    return unnamed('targetInvalid', `the label for the ${first.kind} is not a Kubernetes name`);
  }
  return first;
}

function workloadKind(labels: Record<string, string>): SubjectKind | undefined | Unnamed {
  const label = kindOfWorkloadLabels.find((name) => labels[name] !== undefined);
  if (label === undefined) return undefined;
  const known = kindLabels.find(([name]) => name === labels[label]?.toLowerCase());
  if (known !== undefined) return known[1];
  return unnamed('targetInvalid', `label ${label} is none of deployment, statefulset, daemonset, replicaset`);
}
