import type { Target, WorkloadKind } from '../../../domain/target.ts';
import { aTarget, refOf } from './cases.ts';
import { appsPath, type RawObject, until, type World } from './world.ts';

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
export const liveWorkload = ({ api }: World, { workload }: Target): Promise<RawObject> =>
  api.call<RawObject>('GET', appsPath(workload.kind, workload.name));

/** The uids of the pods of the target's workload. */
export const podUids = async (world: World, { workload }: Target): Promise<string[]> =>
  (await world.pods(workload.name)).map(({ metadata }) => metadata.uid).sort();
