import { describe, expect, it } from '@jest/globals';
import { managedBy, managerShape, managers } from '../../../domain/target/managed-by.ts';

type Marks = Parameters<typeof managedBy>[0];
const ref = { namespace: 'shop' };
const marks = (labels: Marks['labels'], annotations: Marks['annotations'] = {}): Marks => ({
  ref,
  labels,
  annotations,
});
const owned = (apiVersion: string, kind: string, labels: Marks['labels'] = {}): Marks => ({
  ...marks(labels),
  owner: { apiVersion, kind, name: 'main', uid: 'u' },
});
const helmLabel = { 'app.kubernetes.io/managed-by': 'Helm' };
const release = { 'meta.helm.sh/release-name': 'store', 'meta.helm.sh/release-namespace': 'shop' };

describe('who manages a workload', () => {
  it.each([
    [
      'Argo CD by its tracking id',
      marks({}, { 'argocd.argoproj.io/tracking-id': 'store:apps/Deployment:shop/checkout' }),
      { tool: 'ArgoCD', name: 'store' },
    ],
    [
      'Argo CD by the tracking id of an application in another namespace',
      marks({}, { 'argocd.argoproj.io/tracking-id': 'team-a_store:apps/Deployment:shop/checkout' }),
      { tool: 'ArgoCD', name: 'team-a/store' },
    ],
    ['Argo CD by its label', marks({ 'argocd.argoproj.io/instance': 'store' }), { tool: 'ArgoCD', name: 'store' }],
    [
      'Flux by a Kustomization',
      marks({
        'kustomize.toolkit.fluxcd.io/name': 'apps',
        'kustomize.toolkit.fluxcd.io/namespace': 'flux-system',
      }),
      { tool: 'Flux', name: 'flux-system/apps' },
    ],
    [
      'Flux by a HelmRelease, though the chart says Helm',
      marks(
        { ...helmLabel, 'helm.toolkit.fluxcd.io/name': 'store', 'helm.toolkit.fluxcd.io/namespace': 'shop' },
        release,
      ),
      { tool: 'Flux', name: 'shop/store' },
    ],
    [
      'Argo CD, though the chart says Helm',
      marks({ ...helmLabel, 'argocd.argoproj.io/instance': 'store' }, release),
      { tool: 'ArgoCD', name: 'store' },
    ],
    [
      'the operator of its owner, by name',
      owned('postgresql.cnpg.io/v1', 'Pooler'),
      { tool: 'CloudNativePG', name: 'shop/main', ownerKind: 'Pooler' },
    ],
    [
      'any other owner, by kind and group',
      owned('minio.min.io/v2', 'Tenant'),
      { tool: 'Tenant.minio.min.io', name: 'shop/main', ownerKind: 'Tenant' },
    ],
    [
      'its owner, though the operator copied Argo CD’s label to it',
      owned('keda.sh/v1alpha1', 'ScaledObject', { 'argocd.argoproj.io/instance': 'store' }),
      { tool: 'KEDA', name: 'shop/main', ownerKind: 'ScaledObject' },
    ],
    [
      'Strimzi, which names no controller',
      marks({
        'app.kubernetes.io/managed-by': 'strimzi-cluster-operator',
        'strimzi.io/cluster': 'events',
        'strimzi.io/kind': 'KafkaConnect',
      }),
      { tool: 'Strimzi', name: 'shop/events', ownerKind: 'KafkaConnect' },
    ],
    [
      'KEDA by the label of its autoscaler',
      marks({ 'scaledobject.keda.sh/name': 'web' }),
      { tool: 'KEDA', name: 'shop/web', ownerKind: 'ScaledObject' },
    ],
    [
      'CloudNativePG by the label of its cluster',
      marks({ 'cnpg.io/cluster': 'db' }),
      { tool: 'CloudNativePG', name: 'shop/db', ownerKind: 'Cluster' },
    ],
    [
      'OLM by its labels',
      marks({ 'olm.owner': 'op.v1', 'olm.owner.kind': 'ClusterServiceVersion', 'olm.owner.namespace': 'ops' }),
      { tool: 'OLM', name: 'ops/op.v1', ownerKind: 'ClusterServiceVersion' },
    ],
    ['Helm by its label and its release', marks(helmLabel, release), { tool: 'Helm', name: 'shop/store' }],
  ])('is %s', (_, workload, manager) => {
    expect(managedBy(workload)).toEqual(manager);
  });

  it.each([
    ['has no marks', marks({ app: 'checkout' })],
    ['was rendered by helm template: nobody puts it back', marks(helmLabel)],
    ['is only named as its instance is', marks({ 'app.kubernetes.io/instance': 'store' })],
    ['says that a person manages it', marks({ 'app.kubernetes.io/managed-by': 'kubectl' }, release)],
    ['is a Job of a CronJob', owned('batch/v1', 'CronJob')],
    ['is a ReplicaSet of a Deployment', owned('apps/v1', 'Deployment')],
    ['only names the cluster of Strimzi that it uses', marks({ 'strimzi.io/cluster': 'events' })],
    ['has an empty mark', marks({ 'argocd.argoproj.io/instance': '' })],
  ])('is nobody where it %s', (_, workload) => {
    expect(managedBy(workload)).toBe(undefined);
  });
});

describe('what a policy may name as a manager', () => {
  it.each([...managers, 'Tenant.minio.min.io'])('is %s', (name) => {
    expect(name).toMatch(managerShape);
  });
  it.each(['ArgoCd', 'argocd', 'Tenant', 'tenant.minio.min.io', 'Tenant.', 'KEDA x'])('is not %s', (name) => {
    expect(name).not.toMatch(managerShape);
  });
});
