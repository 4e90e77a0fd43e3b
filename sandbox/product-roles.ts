import { actions } from '../activities/actions/index.ts';
import { basePermissions } from '../activities/kubernetes/permissions.ts';
import { watcherPermissions } from '../watcher/sources.ts';
import { components } from './credentials.ts';
import type { KubernetesObject } from './kubernetes-api.ts';

/** What worker and watcher may do: exactly what the product declares that they need, so that every run here proves it enough. */
export function productRoles(): KubernetesObject[] {
  return [
    ...roleOf(components.worker.user, [...basePermissions, ...actions.flatMap((action) => action.permissions)]),
    ...roleOf(components.watcher.user, watcherPermissions),
  ];
}

function roleOf(user: string, needed: typeof basePermissions): KubernetesObject[] {
  const rules = needed.map(({ everywhere: _, ...rule }) => rule);
  const apiVersion = 'rbac.authorization.k8s.io/v1';
  const apiGroup = 'rbac.authorization.k8s.io';
  return [
    { apiVersion, kind: 'ClusterRole', metadata: { name: user }, rules },
    {
      ...{ apiVersion, kind: 'ClusterRoleBinding', metadata: { name: user } },
      roleRef: { apiGroup, kind: 'ClusterRole', name: user },
      subjects: [{ apiGroup, kind: 'User', name: user }],
    },
  ];
}
