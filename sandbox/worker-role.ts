import { actions } from '../activities/actions/index.ts';
import { basePermissions } from '../activities/kubernetes/permissions.ts';
import { components } from './credentials.ts';
import type { KubernetesObject } from './kubernetes-api.ts';

const { user } = components.worker;

/** What the worker may do: exactly what the product declares that it needs, so that every run here proves it enough. */
export function workerRole(): KubernetesObject[] {
  const needed = [...basePermissions, ...actions.flatMap((action) => action.permissions)];
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
