import type { KubernetesObject } from '../../kubernetes-api.ts';
import type { Place, Scene } from './scene.ts';
import { app, deploymentPath, isMeasured, podsOf, until } from './world.ts';

const merge = 'application/merge-patch+json';
const autoscalerPath = (namespace: string) =>
  `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/app`;

const autoscaler = (namespace: string): KubernetesObject => ({
  ...{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'app', namespace } },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' },
    ...{ minReplicas: 2, maxReplicas: 3 },
    metrics: [{ type: 'Resource', resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } } }],
  },
});

/** What its controller would write; nobody measures CPUs here. */
async function say({ admin, namespace }: Place, replicas: number, isLimited: boolean): Promise<void> {
  const limited = { type: 'ScalingLimited', status: isLimited ? 'True' : 'False', reason: 'TooManyReplicas' };
  const conditions = [{ ...limited, message: '', lastTransitionTime: new Date().toISOString() }];
  const status = { currentReplicas: replicas, desiredReplicas: replicas, conditions };
  await admin.call('PATCH', `${autoscalerPath(namespace)}/status`, { type: merge, content: { status } });
  // The pods say it for the autoscaler; which of them is the first changes when there are more.
  const annotations = { 'sandbox.mendflow.dev/limited-autoscaler': isLimited ? 'app' : null };
  for (const { metadata } of await podsOf({ admin, namespace })) {
    const path = `/api/v1/namespaces/${namespace}/pods/${metadata.name}`;
    await admin.call('PATCH', path, { type: merge, content: { metadata: { annotations } } });
  }
}

/** The autoscaler wants more pods than it may have; a person allows a higher maximum, and it takes one more. */
export const hpaAtMax: Scene = {
  name: 'hpa-at-max',
  title: 'An autoscaler that is at its maximum',
  policy: 'hpa-at-max',
  alertname: 'AutoscalerAtMax',
  needsPrometheus: true,
  broken: 'the autoscaler is at its maximum of three pods, and wants more',
  world: (namespace) => [app(namespace), autoscaler(namespace)],
  async breakIt(place) {
    const { namespace } = place;
    await say(place, 3, true);
    const limited = `kube_horizontalpodautoscaler_status_condition{namespace="${namespace}"} == 1`;
    await until('Prometheus measures the autoscaler', () => isMeasured(place, limited));
    return { namespace, horizontalpodautoscaler: 'app' };
  },
  answers: ['approve'],
  async meanwhile(place) {
    const { admin, namespace } = place;
    await until('the maximum is raised', async () => {
      const { spec } = await admin.call<{ spec: { maxReplicas: number } }>('GET', autoscalerPath(namespace));
      return spec.maxReplicas > 3;
    });
    await admin.call('PATCH', deploymentPath(namespace), { type: merge, content: { spec: { replicas: 4 } } });
    await say(place, 4, false);
  },
  mustEnd: { outcome: 'remediated', steps: ['raiseHpaMax kept'], acts: ['patch horizontalpodautoscalers'] },
};
