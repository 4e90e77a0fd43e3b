import type { Toleration } from '../../domain/target/placement/needs.ts';
import type { RawContainer, RawMeta, RawPod, RawPodSpec, RawWorkload } from './raw.ts';

interface Template {
  metadata?: RawMeta;
  spec?: RawPodSpec;
}

/** Who makes the pod. */
export interface Controller {
  apiVersion: string;
  kind: string;
  name: string;
  uid: string;
}

/** What the DaemonSet controller adds, so that nothing that keeps other pods away keeps its pods away. */
const ofDaemonSets: readonly Toleration[] = [
  ...['not-ready', 'unreachable'].map((name) => ({ key: `node.kubernetes.io/${name}`, effect: 'NoExecute' })),
  ...['disk-pressure', 'memory-pressure', 'pid-pressure', 'unschedulable'].map((name) => ({
    key: `node.kubernetes.io/${name}`,
    effect: 'NoSchedule',
  })),
].map((toleration) => ({ ...toleration, operator: 'Exists' }));

/**
 * The pod that the controller would make of the template. It has a generated name: the one that it replaces may still be
 * there. `node`: the one that a DaemonSet makes it for.
 */
export function podOfTemplate(
  { metadata = {}, spec = {} }: Template,
  { namespace, controller, node }: { namespace: string; controller: Controller; node?: string | undefined },
): RawPod {
  const { labels, annotations } = metadata;
  const { apiVersion, kind, name, uid } = controller;
  return {
    metadata: {
      ...{ generateName: `${name}-`, namespace, ...(labels && { labels }), ...(annotations && { annotations }) },
      ownerReferences: [{ apiVersion, kind, name, uid, controller: true }],
    },
    spec: kind === 'DaemonSet' ? ofDaemonSet(spec, node) : spec,
  };
}

function ofDaemonSet(spec: RawPodSpec, node: string | undefined): RawPodSpec {
  const network = spec.hostNetwork
    ? [{ key: 'node.kubernetes.io/network-unavailable', operator: 'Exists', effect: 'NoSchedule' }]
    : [];
  const tolerations = [...(spec.tolerations ?? []), ...ofDaemonSets, ...network];
  if (node === undefined) return { ...spec, tolerations };
  const matchFields = [{ key: 'metadata.name', operator: 'In', values: [node] }];
  const nodeAffinity = { requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields }] } };
  return { ...spec, tolerations, affinity: { ...spec.affinity, nodeAffinity } };
}

/** The template with the volumes that a StatefulSet gives to the pod of this name. */
export function withClaims(template: Template, { spec = {} }: RawWorkload, podName: string): Template {
  const claims = (spec.volumeClaimTemplates ?? []).flatMap(({ metadata }) => metadata?.name ?? []);
  if (claims.length === 0) return template;
  const others = (template.spec?.volumes ?? []).filter(({ name }) => !claims.includes(name ?? ''));
  const mounted = claims.map((name) => ({ name, persistentVolumeClaim: { claimName: `${name}-${podName}` } }));
  return { ...template, spec: { ...template.spec, volumes: [...others, ...mounted] } };
}

const tokenMount = '/var/run/secrets/kubernetes.io/serviceaccount';

/**
 * A pod like this one, where its controller is of a kind whose template is not read: without what the API server, the
 * scheduler and admission wrote into it.
 */
export function likenessOf({ metadata = {}, spec = {} }: RawPod): Template {
  const { nodeName: _, ephemeralContainers: __, volumes = [], containers = [], initContainers, ...rest } = spec;
  const isToken = (name: string | undefined) => name?.startsWith('kube-api-access-') ?? false;
  const plain = ({ volumeMounts = [], ...container }: RawContainer): RawContainer => ({
    ...container,
    volumeMounts: volumeMounts.filter(({ mountPath }) => mountPath !== tokenMount),
  });
  return {
    metadata,
    spec: {
      ...rest,
      containers: containers.map(plain),
      ...(initContainers && { initContainers: initContainers.map(plain) }),
      volumes: volumes.filter(({ name }) => !isToken(name)),
    },
  };
}
