type Labels = Readonly<Record<string, string>>;

/** The exporter whose series are about other objects than the pod that they come from. */
const exporter = 'kube-state-metrics';
/** Labels that say which exporter a series comes from. `container` is none: cAdvisor names the container that it measures. */
const sources = ['job', 'service', 'app_kubernetes_io_name'] as const;
/** Prometheus puts a series' own label here when the scrape target has one of that name. */
const moved = 'exported_';
const movable = ['namespace', 'pod', 'container', 'node'] as const;
/** Labels of objects other than a pod or a node. */
const objects = [
  ...['deployment', 'statefulset', 'daemonset', 'replicaset', 'job_name', 'cronjob'],
  ...['persistentvolumeclaim', 'horizontalpodautoscaler', 'certificatesigningrequest', 'poddisruptionbudget'],
];
const nodeConditions = /^(?:Ready|NetworkUnavailable|[A-Za-z]+Pressure)$/;

/**
 * The labels of an alert without those that name the exporter: kube-state-metrics' series carry its own `namespace`,
 * `pod`, `container` and `node` wherever the object has none. What names the object stays. Where it is not sure whose a
 * label is, it stays too, and the alert is refused as ambiguous. Labels of other series are returned as they are.
 */
export function objectLabels(labels: Labels): Labels {
  if (!sources.some((label) => labels[label]?.includes(exporter))) return labels;
  const own = withMovedBack(labels);
  const isPodExporters = labels[`${moved}pod`] === undefined && namesExporter(own);
  if (isPodExporters) {
    delete own.pod;
    delete own.container;
  }
  const isOfNode = labels[`${moved}namespace`] === undefined && own.pod === undefined && isNodeSeries(own);
  if (isOfNode) delete own.namespace;
  return own;
}

/** What Prometheus moved aside is the object's own; what stands in its place is the exporter's. */
function withMovedBack(labels: Labels): Record<string, string> {
  const own = { ...labels };
  for (const label of movable) {
    const value = own[`${moved}${label}`];
    if (value === undefined) continue;
    own[label] = value;
    delete own[`${moved}${label}`];
  }
  return own;
}

/** Series of pods carry the pod's uid; then the pod is the object, even where the exporter itself is ill. */
function namesExporter({ pod, uid, service }: Labels): boolean {
  if (pod === undefined || uid !== undefined) return false;
  return pod.includes(exporter) || (service !== undefined && pod.startsWith(`${service}-`));
}

/** A condition or a taint of a node. Only these are known to have no namespace of their own. */
function isNodeSeries(labels: Labels): boolean {
  const { node, uid, condition = '', status, key, effect } = labels;
  if (node === undefined || uid !== undefined) return false;
  const isOfOther = (label: string) => objects.includes(label) || label.startsWith('customresource_');
  if (Object.keys(labels).some(isOfOther)) return false;
  return (nodeConditions.test(condition) && status !== undefined) || (key !== undefined && effect !== undefined);
}
