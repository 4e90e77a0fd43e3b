import type { Target, WorkloadKind } from '../../../domain/target/target.ts';
import { aTarget, refOf } from './cases.ts';
import { appsPath, change, namespace, type RawObject, until, type World } from './world.ts';

/** A fresh workload of three pods, all ready, and one of its pods. */
export async function readyWorkload(world: World, kind: WorkloadKind, app: string, spec: object = {}): Promise<Target> {
  const workload = await world.deploy(kind, app, spec);
  await until(`${app} is ready`, async () => {
    const { status } = await world.api.call<RawObject>('GET', appsPath(kind, app));
    const count = kind === 'DaemonSet' ? status.numberAvailable : status.readyReplicas;
    return (count ?? 0) >= 3 && status.observedGeneration !== undefined;
  });
  const [pod] = await world.pods(app);
  return aTarget(refOf(kind, workload), pod && refOf('Pod', pod));
}

/** The live object of a workload. */
export const liveWorkload = ({ api }: World, { workload }: Pick<Target, 'workload'>): Promise<RawObject> =>
  api.call<RawObject>('GET', appsPath(workload.kind, workload.name));

/** The uids of the pods of the target's workload, but for those on their way out. */
export const podUids = async (world: World, { workload }: Target): Promise<string[]> => {
  const staying = (await world.pods(workload.name)).filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return staying.map(({ metadata }) => metadata.uid).sort();
};

/** A disruption budget that lets no pod of the app go, once the API server counts it. */
export async function applyBudget({ api }: World, name: string, app: string): Promise<void> {
  const spec = { minAvailable: 3, selector: { matchLabels: { app } } };
  await api.apply([{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata: { name, namespace }, spec }]);
  const path = `/apis/policy/v1/namespaces/${namespace}/poddisruptionbudgets/${name}`;
  await until('the budget is counted', async () => {
    const budget = await api.call<{ status?: { currentHealthy?: number } }>('GET', path);
    return budget.status?.currentHealthy === 3;
  });
}

/** Waits until the controller has seen the workload's latest change. */
export async function seen(world: World, workload: Target['workload']): Promise<void> {
  await until(`the latest ${workload.name} is seen`, async () => {
    const { metadata, status } = await liveWorkload(world, { workload });
    return status.observedGeneration === metadata.generation;
  });
}

const autoscalerPath = (name: string) =>
  `/apis/autoscaling/v2/namespaces/${namespace}/horizontalpodautoscalers/${name}`;

/** A HorizontalPodAutoscaler of at most three replicas, which it wants all; nobody reconciles it here. */
export async function applyAutoscaler(world: World, { kind, name }: Target['workload'], as = name): Promise<void> {
  const scaleTargetRef = { apiVersion: 'apps/v1', kind, name };
  const spec = { scaleTargetRef, minReplicas: 1, maxReplicas: 3 };
  const apiVersion = 'autoscaling/v2';
  await world.api.apply([{ apiVersion, kind: 'HorizontalPodAutoscaler', metadata: { name: as, namespace }, spec }]);
  await change(world, `${autoscalerPath(as)}/status`, { status: { currentReplicas: 3, desiredReplicas: 3 } });
}

/** The live maximum of an autoscaler. */
export const maxOf = async ({ api }: World, name: string): Promise<number> =>
  (await api.call<{ spec: { maxReplicas: number } }>('GET', autoscalerPath(name))).spec.maxReplicas;

/** Changes some fields of an autoscaler, as a person would. */
export const changeAutoscaler = (world: World, name: string, content: object): Promise<void> =>
  change(world, autoscalerPath(name), content);
