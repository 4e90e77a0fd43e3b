import { describe, expect, it } from '@jest/globals';
import { managedBy } from '../../domain/managed-by.ts';

type Marks = Parameters<typeof managedBy>[0];
const marks = (labels: Marks['labels'], annotations: Marks['annotations'] = {}): Marks => ({ labels, annotations });
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
    ['Helm by its label and its release', marks(helmLabel, release), { tool: 'Helm', name: 'shop/store' }],
  ])('is %s', (_, workload, manager) => {
    expect(managedBy(workload)).toEqual(manager);
  });

  it.each([
    ['has no marks', marks({ app: 'checkout' })],
    ['was rendered by helm template: nobody puts it back', marks(helmLabel)],
    ['is only named as its instance is', marks({ 'app.kubernetes.io/instance': 'store' })],
    ['says that a person manages it', marks({ 'app.kubernetes.io/managed-by': 'kubectl' }, release)],
    ['has an empty mark', marks({ 'argocd.argoproj.io/instance': '' })],
  ])('is nobody where it %s', (_, workload) => {
    expect(managedBy(workload)).toBe(undefined);
  });
});
