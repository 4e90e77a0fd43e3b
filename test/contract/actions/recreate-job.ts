import { expect, it } from '@jest/globals';
import recreateJob from '../../../activities/actions/recreate-job.ts';
import type { ObjectRef, Target } from '../../../domain/target/target.ts';
import { aStep, aTarget, codeOf, refOf, remediateOn } from '../support/cases.ts';
import { endJob, jobPath, putJob } from '../support/jobs.ts';
import { namespace, type RawObject, until, type World } from '../support/world.ts';
import type { Scene } from './scene.ts';

type Changes = Parameters<typeof putJob>[2];

async function failedJob(world: World, name: string, changes?: Changes): Promise<Target> {
  const job = await putJob(world, name, changes);
  await endJob(world, name, { exitCode: 1 });
  return aTarget(refOf('Job', job));
}

/** The Job and its copies, by name. */
async function jobsOf(world: World, { workload }: Target): Promise<string[]> {
  const { items } = await world.api.call<{ items: RawObject[] }>('GET', jobPath());
  return items.map(({ metadata }) => metadata.name).filter((name) => name.startsWith(workload.name));
}

const scene: Scene = {
  arrangements: [
    { on: 'a failed Job', writes: 2, arrange: failedJob, shows: jobsOf },
    {
      on: 'a failed Job that is kept',
      writes: 2,
      params: { deleteFailed: false },
      arrange: failedJob,
      shows: jobsOf,
    },
  ],
  cases(world) {
    const act = (target: Target, changes = {}) => remediateOn(world().cluster, aStep(recreateJob, target, changes));
    const live = (ref: ObjectRef | undefined) => world().api.call<RawObject>('GET', jobPath(ref?.name));

    it('makes the same work again, with its owner, its labels and a selector of its own', async () => {
      const cron = await world().api.call<RawObject>('POST', `/apis/batch/v1/namespaces/${namespace}/cronjobs`, {
        type: 'application/json',
        content: cronJob('nightly'),
      });
      const owner = {
        apiVersion: 'batch/v1',
        kind: 'CronJob',
        name: 'nightly',
        uid: cron.metadata.uid,
        controller: true,
      };
      const labels = { app: 'nightly' };
      const metadata = { labels, ownerReferences: [{ ...owner, blockOwnerDeletion: true }] };
      const target = await failedJob(world(), 'nightly-1', { metadata, podMetadata: { labels } });
      const { successor } = await act(target);
      expect(successor).toMatchObject({
        workOf: 'nightly-1',
        kind: 'Job',
        namespace,
        name: expect.stringMatching(/^nightly-1-[0-9a-f]{8}$/),
      });
      const copy = await live(successor);
      expect(copy.metadata).toMatchObject({
        labels: expect.objectContaining({ ...labels, 'mendflow.dev/copy-of': 'nightly-1' }),
        // To block the deletion of an owner takes a right on it that we do not have.
        ownerReferences: [owner],
        annotations: { 'mendflow.dev/copy-of': 'nightly-1', 'mendflow.dev/remediated-by': 'run-1.0' },
      });
      expect(copy.spec.template?.metadata).toMatchObject({
        labels: { app: 'nightly', 'batch.kubernetes.io/controller-uid': copy.metadata.uid },
      });
      await endJob(world(), successor?.name ?? '', { exitCode: 0 });
      expect(await world().cluster.getWorkload('Job', namespace, successor?.name ?? '')).toMatchObject({
        conditions: expect.arrayContaining([expect.objectContaining({ type: 'Complete', status: 'True' })]),
      });
    }, 60_000);

    it('makes a Job again as often as it may, over all runs, and no more', async () => {
      const target = await failedJob(world(), 'stubborn');
      const { successor } = await act(target);
      await endJob(world(), successor?.name ?? '', { exitCode: 1 });
      const second = aTarget(successor as ObjectRef);
      expect(await codeOf(act(second, { token: 'run-2.0' }))).toBe('NOT_APPLICABLE');
      const third = await act(second, { token: 'run-2.0', params: { atMost: 2 } });
      expect(third.successor?.name).toMatch(/^stubborn-[0-9a-f]{8}$/);
      expect(await jobsOf(world(), target)).toEqual([third.successor?.name]);
    }, 60_000);

    it('makes a Job that is kept again once, over all runs, and never once a copy has done the work', async () => {
      const target = await failedJob(world(), 'kept');
      const params = { deleteFailed: false };
      const { successor } = await act(target, { params });
      expect(await codeOf(act(target, { params, token: 'run-2.0' }))).toBe('NOT_APPLICABLE');
      await endJob(world(), successor?.name ?? '', { exitCode: 0 });
      const more = { params: { ...params, atMost: 5 }, token: 'run-3.0' };
      expect(await codeOf(act(target, more))).toBe('FAULT_GONE');
      await world().api.call('DELETE', jobPath(successor?.name));
      // Its garbage collector takes a moment, and a copy that is still there has done the work.
      const isGone = async () => !(await jobsOf(world(), target)).includes(successor?.name ?? '');
      await until('the copy is gone', isGone);
      expect(await codeOf(act(target, { params, token: 'run-4.0' }))).toBe('NOT_APPLICABLE');
    }, 60_000);

    it('refuses a Job that still runs, and one that another controller owns', async () => {
      const running = await putJob(world(), 'running');
      expect(await codeOf(act(aTarget(refOf('Job', running))))).toBe('NOT_APPLICABLE');
      const { metadata } = await world().api.call<RawObject>('GET', `/api/v1/namespaces/${namespace}`);
      const owner = { apiVersion: 'v1', kind: 'Namespace', name: namespace, uid: metadata.uid, controller: true };
      const owned = await failedJob(world(), 'owned', { metadata: { ownerReferences: [owner] } });
      expect(await codeOf(act(owned))).toBe('NOT_APPLICABLE');
    }, 60_000);
  },
};
export default scene;

const cronJob = (name: string) => ({
  apiVersion: 'batch/v1',
  kind: 'CronJob',
  metadata: { name, namespace },
  spec: {
    schedule: '0 0 1 1 *',
    jobTemplate: {
      spec: {
        template: { spec: { restartPolicy: 'Never', containers: [{ name: 'work', image: 'example.invalid/work:1' }] } },
      },
    },
  },
});
