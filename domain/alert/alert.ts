/** One alert of a webhook delivery, judged by its own status; labels are untrusted text. */
export interface Alert {
  /** Identity of the alert's label set: the intake computes it from the labels (16 hex digits) as Alertmanager does. */
  fingerprint: string;
  alertname: string;
  /** The cluster the alert speaks of: the `cluster` label, or the configured cluster. */
  cluster: string;
  status: 'firing' | 'resolved';
  labels: Record<string, string>;
  annotations: Record<string, string>;
  /** RFC 3339; may move backwards between deliveries of a highly available Alertmanager pair. */
  startsAt: string;
  /** RFC 3339; absent while firing. */
  endsAt?: string;
  generatorURL?: string;
  /** The Alertmanager receiver that delivered it. */
  receiver: string;
  /** When the intake read it, RFC 3339 UTC. */
  receivedAt: string;
}
