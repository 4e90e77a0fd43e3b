import type { Alert } from '../alert/alert.ts';
import { objectLabels } from '../alert/exporter-labels.ts';
import { plainLine, shortened, summaryText } from '../text/plain-text.ts';
import type { SearchAttributeName } from './contract.ts';
import { firstPhase } from './way-back.ts';

/** The search attributes that a run is started with. */
export function startAttributesOf({ alertname, cluster, labels }: Alert): Partial<Record<SearchAttributeName, string>> {
  const { namespace } = objectLabels(labels);
  return {
    AlertName: keyword(alertname),
    Cluster: keyword(cluster),
    ...(namespace === undefined ? {} : { KubeNamespace: keyword(namespace) }),
    Phase: firstPhase,
  };
}

/** What Temporal's Web UI shows of a run beside its id: `shop/checkout-1 PodCrashLooping`. */
export function startSummaryOf({ alertname, labels }: Alert): string {
  const { namespace, pod, deployment, statefulset, daemonset } = objectLabels(labels);
  const where = [namespace, pod ?? deployment ?? statefulset ?? daemonset].filter((part) => part !== undefined);
  return summaryText([where.join('/'), alertname].filter((part) => part !== '').join(' '));
}

/** A Keyword attribute holds 255 characters. */
const keyword = (text: string) => shortened(plainLine(text), 255);
