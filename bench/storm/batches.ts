import { firing, type SentAlert, webhookOf } from '../alerts.ts';
import type { Workload } from '../workloads.ts';

/** One group of alerts as Alertmanager notifies it, with the moment at which its first delivery is due. */
export interface Batch {
  alerts: SentAlert[];
  body: string;
  /** After the storm began. */
  dueMs: number;
}

/** The label by which alerts on the same pod are told apart. */
const probe = 'probe';

type Kind = (workload: Workload, index: number) => Record<string, string>;

const crashLooping = (pod: string | undefined) => ({ alertname: 'PodCrashLooping', pod: pod ?? '' });

/** Of twenty alerts: sixteen that can be acted upon, two on a healthy pod, one on a pod that is gone, one of no policy. */
const kinds: readonly Kind[] = [
  ...Array.from(
    { length: 16 },
    (): Kind =>
      ({ crashing: [pod] }) =>
        crashLooping(pod),
  ),
  ...Array.from(
    { length: 2 },
    (): Kind =>
      ({ healthy: [pod] }) =>
        crashLooping(pod),
  ),
  ({ name }, index) => crashLooping(`${name}-gone-${index}`),
  ({ healthy: [pod] }) => ({ alertname: 'HighLatency', pod: pod ?? '' }),
];

/**
 * So many distinct alerts, grouped by workload, the groups due at even distances within the time. Each workload has as
 * many as the others, give or take one.
 */
export function batchesOf(
  workloads: readonly Workload[],
  { alerts, seconds }: { alerts: number; seconds: number },
): Batch[] {
  const startedMs = Date.now();
  const shares = workloads.map((_, index) => Math.floor((alerts + index) / workloads.length));
  return workloads.flatMap((workload, index) => {
    const { namespace, name } = workload;
    const own = Array.from({ length: shares[index] ?? 0 }, (_, number) => {
      const labels = kinds[number % kinds.length]?.(workload, number) ?? {};
      return firing({ ...labels, namespace, severity: 'critical', [probe]: String(number) }, startedMs);
    });
    if (own.length === 0) return [];
    const dueMs = (index * seconds * 1_000) / workloads.length;
    return [{ alerts: own, body: webhookOf({ namespace, deployment: name }, own), dueMs }];
  });
}
