import type { ActionContext } from './actions/define-action.ts';

/** What a container that remedies is told: the alert, the live target, and the token of the step. */
export function environmentOf({ alert, target, token }: ActionContext): Record<string, string> {
  const { kind, namespace, name, uid } = target.ref;
  return {
    MENDFLOW_ALERTNAME: alert.alertname,
    MENDFLOW_CLUSTER: alert.cluster,
    MENDFLOW_NAMESPACE: namespace,
    MENDFLOW_TARGET_KIND: kind,
    MENDFLOW_TARGET_NAME: name,
    MENDFLOW_TARGET_UID: uid,
    MENDFLOW_LABELS: JSON.stringify(alert.labels),
    MENDFLOW_TOKEN: token,
  };
}
