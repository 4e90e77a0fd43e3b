import type { Bench } from './cluster-cases.ts';
import { endJob, putJob } from './jobs.ts';
import type { RawObject, World } from './world.ts';
import { namespace, until } from './world.ts';

const isReady = ({ status }: RawObject) =>
  status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

/** The bench over a real API server with simulated nodes. */
export function realBench(world: World): Bench {
  return {
    cluster: world.cluster,
    until,
    async ready(kind, app) {
      await world.deploy(kind, app);
      await until(`${app} is ready`, async () => {
        const pods = await world.pods(app);
        const live = await world.cluster.getWorkload(kind, namespace, app);
        return pods.length >= 3 && pods.every(isReady) && live?.counts.available === pods.length;
      });
    },
    async stray(app) {
      const metadata = { name: 'stray', namespace, labels: { app } };
      const spec = { containers: [{ name: 'app', image: 'example.invalid/app:1' }] };
      await world.api.apply([{ apiVersion: 'v1', kind: 'Pod', metadata, spec }]);
    },
    async job(name, outcome) {
      await putJob(world, name);
      await endJob(world, name, { exitCode: outcome === 'Failed' ? 1 : 0 });
    },
    async autoscaler(app) {
      const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: app };
      const metadata = { name: app, namespace };
      const spec = { scaleTargetRef, minReplicas: 1, maxReplicas: 3 };
      await world.api.apply([{ apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata, spec }]);
    },
    async budget(name, app) {
      const spec = { minAvailable: 3, selector: { matchLabels: { app } } };
      await world.api.apply([
        { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace }, spec },
      ]);
      const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/${name}`;
      await until('the budget is counted', async () => {
        const budget = await world.api.call<{ status?: { currentHealthy?: number } }>('GET', path);
        return budget.status?.currentHealthy === 3;
      });
    },
  };
}
