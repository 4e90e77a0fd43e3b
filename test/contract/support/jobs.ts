import { corePath, namespace, podAccount, type RawObject, until, type World } from './world.ts';

export const jobPath = (name = '') => `/apis/batch/v1/namespaces/${namespace}/jobs${name === '' ? '' : `/${name}`}`;

interface JobChanges {
  metadata?: object;
  spec?: object;
  podMetadata?: object;
}

/** Puts a Job there whose pods run nowhere but in kwok; gives it as the API server has it. */
export async function putJob(world: World, name: string, changes: JobChanges = {}): Promise<RawObject> {
  const containers = [{ name: 'work', image: 'example.invalid/work:1' }];
  const template = {
    metadata: { ...changes.podMetadata },
    spec: { restartPolicy: 'Never', serviceAccountName: podAccount, containers },
  };
  const spec = { backoffLimit: 0, template, ...changes.spec };
  const metadata = { name, namespace, ...changes.metadata };
  await world.api.apply([{ apiVersion: 'batch/v1', kind: 'Job', metadata, spec }]);
  return world.api.call<RawObject>('GET', jobPath(name));
}

/** Ends the one pod of the Job as a kubelet would, and waits until the Job has seen it. */
export async function endJob(world: World, name: string, end: { exitCode: number; message?: string }): Promise<void> {
  await until(`a pod of Job ${name} runs`, async () => (await podsOfJob(world, name)).length > 0);
  const [pod] = await podsOfJob(world, name);
  if (pod === undefined) throw new Error(`no pod of ${name}`);
  const phase = end.exitCode === 0 ? 'Succeeded' : 'Failed';
  const finishedAt = new Date().toISOString();
  const terminated = { reason: end.exitCode === 0 ? 'Completed' : 'Error', startedAt: finishedAt, finishedAt, ...end };
  const status = { name: 'work', image: '', imageID: '', ready: false, restartCount: 0, state: { terminated } };
  const conditions = [{ type: 'Ready', status: 'False', reason: 'PodCompleted', lastTransitionTime: finishedAt }];
  const content = { status: { phase, conditions, containerStatuses: [{ ...status, name: containerOf(pod) }] } };
  const path = `${corePath('pods', pod.metadata.name)}/status`;
  await world.api.call('PATCH', path, { type: 'application/merge-patch+json', content });
  await until(`Job ${name} has ended`, async () => {
    const { status } = await world.api.call<RawObject>('GET', jobPath(name));
    return status.conditions?.some(({ type }) => type === 'Complete' || type === 'Failed') ?? false;
  });
}

const containerOf = ({ spec }: RawObject) =>
  (spec as { containers?: { name: string }[] }).containers?.[0]?.name ?? 'work';

/** The pods of the Job that kwok has taken up. */
async function podsOfJob(world: World, name: string): Promise<RawObject[]> {
  const selector = `labelSelector=batch.kubernetes.io%2Fjob-name%3D${name}`;
  const { items } = await world.api.call<{ items: RawObject[] }>('GET', `${corePath('pods')}?${selector}`);
  return items.filter(({ status }) =>
    status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True'),
  );
}
