import type { ActionSpec } from '../../domain/policy/action.ts';

/** What verifying, waiting, evidence and events need, whatever actions are enabled: reads, and our own events. */
export const basePermissions: ActionSpec['permissions'] = [
  { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
  { apiGroups: [''], resources: ['pods'], verbs: ['get', 'list'] },
  { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list'] },
  // Whether a pod that is taken finds room on another node: what the pods there have taken, and which volumes it reaches.
  { apiGroups: [''], resources: ['pods'], verbs: ['list'], everywhere: true },
  { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get'] },
  { apiGroups: [''], resources: ['persistentvolumes'], verbs: ['get'], everywhere: true },
  { apiGroups: [''], resources: ['pods/log'], verbs: ['get'] },
  { apiGroups: [''], resources: ['events'], verbs: ['list'] },
  { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['get'] },
  { apiGroups: ['apps'], resources: ['replicasets'], verbs: ['get', 'list'] },
  { apiGroups: ['batch'], resources: ['jobs'], verbs: ['get', 'list'] },
  { apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['get', 'list'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
];

/** Of the ConfigMap that can pause us, in its namespace; its own name is put in by whoever binds the role. */
export const pausePermissions: ActionSpec['permissions'] = [
  { apiGroups: [''], resources: ['configmaps'], verbs: ['get'] },
];

/** Events on nodes stand in the namespace `default`: what policies with `scope.nodes` need there. */
export const nodeEventPermissions: ActionSpec['permissions'] = [
  { apiGroups: [''], resources: ['events'], verbs: ['list'] },
  { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
];
