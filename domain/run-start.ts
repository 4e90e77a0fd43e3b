import type { Alert } from './alert.ts';
import type { SearchAttributeName } from './contract.ts';
import type { Phase } from './outcome.ts';

const firstPhase: Phase = 'Verifying';

/** The search attributes that a run is started with. */
export function startAttributesOf({ alertname, cluster, labels }: Alert): Partial<Record<SearchAttributeName, string>> {
  const { namespace } = labels;
  return {
    AlertName: oneLine(alertname, 255),
    Cluster: oneLine(cluster, 255),
    ...(namespace === undefined ? {} : { KubeNamespace: oneLine(namespace, 255) }),
    Phase: firstPhase,
  };
}

/** What Temporal's Web UI shows of a run beside its id: `shop/checkout-1 PodCrashLooping`. */
export function startSummaryOf({ alertname, labels }: Alert): string {
  const { namespace, pod, deployment, statefulset, daemonset } = labels;
  const where = [namespace, pod ?? deployment ?? statefulset ?? daemonset].filter((part) => part !== undefined);
  return oneLine([where.join('/'), alertname].filter((part) => part !== '').join(' '), 180);
}

/** Labels are untrusted: control characters would break a database's text column, half a character its encoding. */
function oneLine(text: string, limit: number): string {
  return text
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, limit)
    .toWellFormed();
}
