import type { Amounts, Occupant, PodNeeds, PodTerm, SpreadRule } from '../../domain/target/placement/needs.ts';
import { quotaUse } from '../../domain/target/placement/quota.ts';
import { amountsOf, podRequests } from '../../domain/target/placement/room.ts';
import type { RawPod, RawPodSpec, RawPodTerm, RawSelector, RawSpread } from './raw.ts';

/** What the pod asks of a node. */
export function readNeeds({ metadata = {}, spec = {} }: RawPod): PodNeeds {
  const { namespace = '', labels = {} } = metadata;
  const { nodeAffinity, podAffinity } = spec.affinity ?? {};
  const nodeTerms = nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution?.nodeSelectorTerms;
  const { requiredDuringSchedulingIgnoredDuringExecution: beside = [] } = podAffinity ?? {};
  return {
    ...{ namespace, labels, requests: requestsOf(spec), nodeSelector: spec.nodeSelector ?? {} },
    ...(nodeTerms !== undefined && { nodeTerms }),
    tolerations: spec.tolerations ?? [],
    hostPorts: hostPortsOf(spec),
    beside: beside.map((term) => readTerm(term, namespace)),
    apart: apartOf(spec, namespace),
    spread: (spec.topologySpreadConstraints ?? []).flatMap((rule) => readSpread(rule, labels)),
    claims: (spec.volumes ?? []).flatMap(({ persistentVolumeClaim: claim }) => claim?.claimName ?? []),
  };
}

/** What the pod has taken of its node. */
export function readOccupant({ metadata = {}, spec = {} }: RawPod): Occupant {
  const { uid = '', namespace = '', labels = {} } = metadata;
  return {
    ...{ uid, namespace, labels, requests: requestsOf(spec) },
    hostPorts: hostPortsOf(spec),
    apart: apartOf(spec, namespace),
  };
}

/** What the scheduler counts for the pod. */
export const requestsOf = (spec: RawPodSpec): Amounts => boundsOf(spec, 'requests');

/** What a quota counts for the pod. */
export const quotaUseOf = ({ spec = {} }: RawPod): Amounts =>
  quotaUse(boundsOf(spec, 'requests'), boundsOf(spec, 'limits'));

function boundsOf(
  { initContainers = [], containers = [], resources, overhead }: RawPodSpec,
  bound: 'requests' | 'limits',
): Amounts {
  const all = [
    ...initContainers.map((one) => ({ one, kind: one.restartPolicy === 'Always' ? 'sidecar' : 'init' }) as const),
    ...containers.map((one) => ({ one, kind: 'app' }) as const),
  ];
  return podRequests(
    all.map(({ one, kind }) => ({ kind, requests: amountsOf(one.resources?.[bound]) })),
    { ofPod: amountsOf(resources?.[bound]), overhead: amountsOf(overhead) },
  );
}

function hostPortsOf({ containers = [], initContainers = [] }: RawPodSpec): string[] {
  const ports = [...containers, ...initContainers].flatMap(({ ports = [] }) => ports);
  return ports.flatMap(({ hostPort, protocol = 'TCP' }) => (hostPort ? [`${protocol} ${hostPort}`] : []));
}

const apartOf = ({ affinity }: RawPodSpec, namespace: string): PodTerm[] =>
  (affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? []).map((term) =>
    readTerm(term, namespace),
  );

function readTerm(
  { labelSelector, topologyKey = '', namespaces = [], namespaceSelector }: RawPodTerm,
  own: string,
): PodTerm {
  const named = namespaces.length > 0 ? namespaces : [own];
  return {
    ...(labelSelector && { selector: readSelector(labelSelector) }),
    topologyKey,
    ...(namespaceSelector === undefined && { namespaces: named }),
  };
}

const readSelector = ({ matchLabels, matchExpressions }: RawSelector) => ({
  ...(matchLabels && { matchLabels }),
  ...(matchExpressions && { matchExpressions }),
});

function readSpread(raw: RawSpread, labels: Record<string, string>): SpreadRule[] {
  const { maxSkew = 1, topologyKey = '', whenUnsatisfiable, labelSelector, minDomains, matchLabelKeys = [] } = raw;
  if (whenUnsatisfiable !== 'DoNotSchedule' || labelSelector === undefined) return [];
  const own = Object.fromEntries(
    matchLabelKeys.flatMap((key) => (labels[key] === undefined ? [] : [[key, labels[key]]])),
  );
  const { matchLabels, ...selector } = readSelector(labelSelector);
  return [
    {
      ...{ maxSkew, topologyKey, selector: { ...selector, matchLabels: { ...matchLabels, ...own } } },
      ...(minDomains !== undefined && { minDomains }),
    },
  ];
}
