import type { OwnerRef } from './pod.ts';
import type { ObjectRef } from './target.ts';

/** Managers that have a name of their own in policies; any other operator is named as `Kind.group` of the owner. */
export const managers: readonly string[] = [
  ...['ArgoCD', 'Flux', 'Helm', 'VPA', 'KEDA'],
  ...['PrometheusOperator', 'Strimzi', 'CloudNativePG', 'OLM'],
];

/** One of `managers`, or `Kind.group` of an owner, such as `Tenant.minio.min.io`. */
export type Manager = string;

/** What a policy may name as a manager: one of `managers`, or `Kind.group`. */
export const managerShape =
  /^(ArgoCD|Flux|Helm|VPA|KEDA|PrometheusOperator|Strimzi|CloudNativePG|OLM|[A-Z][A-Za-z0-9]{0,62}\.[a-z0-9][-a-z0-9.]{0,251})$/;

/** Who keeps an object as it is written elsewhere. */
export interface ManagedBy {
  tool: Manager;
  /** The application, release or owner, as a person finds it. */
  name: string;
  /** Kind of the object from which an operator writes this one; absent for tools that apply manifests or charts. */
  ownerKind?: string;
}

/** What tells the manager of a workload, Job or autoscaler. */
export interface Marks {
  ref: Pick<ObjectRef, 'namespace'>;
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** Its controller, where it has one. */
  owner?: OwnerRef;
}
type Rule = (marks: Marks) => ManagedBy | undefined;

/** Kubernetes' own controllers: a Deployment owns its ReplicaSets, a CronJob its Jobs. */
const ownGroups: readonly string[] = ['', 'apps', 'batch'];
const operatorGroups: readonly [suffix: string, tool: Manager][] = [
  ['keda.sh', 'KEDA'],
  ['monitoring.coreos.com', 'PrometheusOperator'],
  ['strimzi.io', 'Strimzi'],
  ['postgresql.cnpg.io', 'CloudNativePG'],
  ['operators.coreos.com', 'OLM'],
];

/** The owner with `controller: true` puts back what it has written. */
const owner: Rule = ({ ref, owner }) => {
  if (owner === undefined) return undefined;
  const group = owner.apiVersion.includes('/') ? (owner.apiVersion.split('/')[0] ?? '') : '';
  if (ownGroups.includes(group)) return undefined;
  const known = operatorGroups.find(([suffix]) => group === suffix || group.endsWith(`.${suffix}`))?.[1];
  return { tool: known ?? `${owner.kind}.${group}`, name: `${ref.namespace}/${owner.name}`, ownerKind: owner.kind };
};

/** Operators whose objects name no controller, or name it in a label too. */
const marked =
  (tool: Manager, ownerKind: string, label: string): Rule =>
  ({ ref, labels }) => {
    const name = labels[label];
    return name ? { tool, name: `${ref.namespace}/${name}`, ownerKind } : undefined;
  };

const strimzi: Rule = (marks) => {
  const { labels } = marks;
  if (labels['app.kubernetes.io/managed-by'] !== 'strimzi-cluster-operator') return undefined;
  return marked('Strimzi', labels['strimzi.io/kind'] ?? 'Kafka', 'strimzi.io/cluster')(marks);
};
const keda = marked('KEDA', 'ScaledObject', 'scaledobject.keda.sh/name');
const cloudNativePg = marked('CloudNativePG', 'Cluster', 'cnpg.io/cluster');
const olm: Rule = ({ labels }) => {
  const { 'olm.owner': name, 'olm.owner.kind': ownerKind, 'olm.owner.namespace': namespace = '' } = labels;
  return name && ownerKind ? { tool: 'OLM', name: `${namespace}/${name}`, ownerKind } : undefined;
};

/** The tracking id is `application:group/kind:namespace/name`; the application may have its own namespace before `_`. */
const argoCd: Rule = ({ labels, annotations }) => {
  const [application = ''] = (annotations['argocd.argoproj.io/tracking-id'] ?? '').split(':');
  const name = application || labels['argocd.argoproj.io/instance'];
  return name ? { tool: 'ArgoCD', name: name.replace('_', '/') } : undefined;
};

const flux =
  (prefix: string): Rule =>
  ({ labels }) => {
    const name = labels[`${prefix}/name`];
    return name ? { tool: 'Flux', name: `${labels[`${prefix}/namespace`] ?? ''}/${name}` } : undefined;
  };

const helm: Rule = ({ labels, annotations }) => {
  const name = annotations['meta.helm.sh/release-name'];
  if (labels['app.kubernetes.io/managed-by'] !== 'Helm' || !name) return undefined;
  return { tool: 'Helm', name: `${annotations['meta.helm.sh/release-namespace'] ?? ''}/${name}` };
};

/**
 * Whoever writes the object comes first: operators copy the labels of their own object, such as Argo CD's, to what they
 * make; Argo CD and Flux render charts that carry Helm's own marks.
 */
const rules: readonly Rule[] = [
  ...[owner, strimzi, keda, cloudNativePg, olm],
  ...[argoCd, flux('kustomize.toolkit.fluxcd.io'), flux('helm.toolkit.fluxcd.io'), helm],
];

/** Who would change the object back, or undefined when nobody would (G25). */
export function managedBy(object: Marks): ManagedBy | undefined {
  for (const rule of rules) {
    const found = rule(object);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** What a person is told to do instead of the change; `patch` is what would have been written. */
export function changeElsewhere({ tool, name, ownerKind }: ManagedBy, patch: string | undefined): string {
  if (ownerKind === undefined)
    return `belongs to ${tool} ${name}${patch === undefined ? '' : `; change it there:\n${patch}`}`;
  const owner = `${ownerKind} ${name}`;
  const instead =
    patch === undefined
      ? `make the change in that ${ownerKind}`
      : `change that ${ownerKind}, so that it writes:\n${patch}`;
  return `belongs to ${owner} (${tool}), whose operator would change it back; ${instead}`;
}
