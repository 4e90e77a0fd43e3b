import { expect, it } from '@jest/globals';
import runJob from '../../../activities/actions/run-job.ts';
import { nameOfStep } from '../../../activities/name-of-step.ts';
import type { Target } from '../../../domain/target/target.ts';
import { aStep, codeOf, remediateOn } from '../support/cases.ts';
import { endJob, jobPath } from '../support/jobs.ts';
import { readyWorkload } from '../support/places.ts';
import { type RawObject, until, type World } from '../support/world.ts';
import type { Scene } from './scene.ts';

const taskOf = ({ workload }: Target) => nameOfStep(`mendflow-${workload.name}`, 'run-1.0');
const done = { image: 'example.invalid/done:1', args: ['flushed 3 queues'] };

async function jobsOf({ api }: World, target: Target): Promise<string[]> {
  const { items } = await api.call<{ items: RawObject[] }>('GET', jobPath());
  return items.map(({ metadata }) => metadata.name).filter((name) => name === taskOf(target));
}

const fresh = (world: World, name: string) => readyWorkload(world, 'Deployment', name);

const scene: Scene = {
  arrangements: [{ on: 'a Deployment', params: done, arrange: fresh, shows: jobsOf }],
  cases(world) {
    it('is told of alert and target, has no account and may do nothing but its work', async () => {
      const target = await fresh(world(), 'told-of');
      const { summary } = await remediateOn(world().cluster, aStep(runJob, target, { params: done }));
      expect(summary).toBe(`flushed 3 queues (Job shop/${taskOf(target)})`);
      const job = await world().api.call<{ spec: { template: { spec: Record<string, unknown> } } }>(
        'GET',
        jobPath(taskOf(target)),
      );
      expect(job.spec).toMatchObject({ backoffLimit: 0, activeDeadlineSeconds: 300, ttlSecondsAfterFinished: 86_400 });
      const { spec } = job.spec.template;
      expect(spec).toMatchObject({ automountServiceAccountToken: false, securityContext: { runAsNonRoot: true } });
      expect(spec.containers).toEqual([
        expect.objectContaining({
          env: expect.arrayContaining([
            { name: 'MENDFLOW_ALERTNAME', value: 'PodCrashLooping' },
            { name: 'MENDFLOW_TARGET_NAME', value: 'told-of' },
            { name: 'MENDFLOW_TARGET_UID', value: target.workload.uid },
            { name: 'MENDFLOW_LABELS', value: '{"alertname":"PodCrashLooping","namespace":"shop"}' },
            { name: 'MENDFLOW_TOKEN', value: 'run-1.0' },
          ]),
        }),
      ]);
    }, 60_000);

    it('is taken by the restricted profile of Pod Security', async () => {
      const metadata = { name: 'shop', labels: { 'pod-security.kubernetes.io/enforce': 'restricted' } };
      const target = await fresh(world(), 'restricted');
      await world().api.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata }]);
      try {
        expect(await codeOf(remediateOn(world().cluster, aStep(runJob, target, { params: done })))).toBe('none');
      } finally {
        const labels = { 'pod-security.kubernetes.io/enforce': 'privileged' };
        await world().api.apply([{ apiVersion: 'v1', kind: 'Namespace', metadata: { ...metadata, labels } }]);
      }
    }, 60_000);

    it.each([
      [10, 'no queue here', 'NOT_APPLICABLE'],
      [1, 'the broker is away', 'STEP_FAILED'],
    ])(
      'that ends with exit %i says so in its own words',
      async (exitCode, message, code) => {
        const target = await fresh(world(), `exit-${exitCode}`);
        const running = remediateOn(
          world().cluster,
          aStep(runJob, target, { params: { image: 'example.invalid/own:1' } }),
        );
        const outcome = running.catch((error: unknown) => error);
        await until('its Job is there', async () => (await jobsOf(world(), target)).length === 1);
        await endJob(world(), taskOf(target), { exitCode, message });
        expect(await outcome).toMatchObject({ code, message: expect.stringContaining(message) });
      },
      60_000,
    );

    it('fails when its Job is taken away under it', async () => {
      const target = await fresh(world(), 'taken');
      const running = remediateOn(
        world().cluster,
        aStep(runJob, target, { params: { image: 'example.invalid/own:1' } }),
      );
      const outcome = codeOf(running);
      await until('its Job is there', async () => (await jobsOf(world(), target)).length === 1);
      await world().api.call('DELETE', jobPath(taskOf(target)));
      expect(await outcome).toBe('STEP_FAILED');
    }, 60_000);

    it('needs the name of a namespace for a node', async () => {
      const { items } = await world().api.call<{ items: RawObject[] }>('GET', '/api/v1/nodes');
      const { name, uid } = (items[0] as RawObject).metadata;
      const target = {
        ...(await fresh(world(), 'placeless')),
        namespace: '',
        workload: { kind: 'Node', namespace: '', name, uid },
      };
      const { pod: _, ...node } = target;
      expect(await codeOf(remediateOn(world().cluster, aStep(runJob, node, { params: done })))).toBe('NOT_APPLICABLE');
      const placed = { ...done, namespace: 'shop' };
      expect(await codeOf(remediateOn(world().cluster, aStep(runJob, node, { params: placed })))).toBe('none');
    }, 60_000);
  },
};
export default scene;
