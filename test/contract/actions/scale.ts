import { expect, it } from '@jest/globals';
import scale from '../../../activities/actions/scale.ts';
import type { Target, WorkloadKind } from '../../../domain/target/target.ts';
import { aStep, codeOf, remediateOn } from '../support/cases.ts';
import { applyAutoscaler, liveWorkload, readyWorkload } from '../support/places.ts';
import { appsPath, change, type World } from '../support/world.ts';
import type { Arrangement, Scene } from './scene.ts';

const replicas = async (world: World, target: Target) => (await liveWorkload(world, target)).spec.replicas;

const on = (kind: WorkloadKind, params: object): Arrangement => ({
  on: `a ${kind}`,
  params: { ...params },
  arrange: (world, name) => readyWorkload(world, kind, name),
  shows: replicas,
  meddle: (world, { workload }) => change(world, appsPath(kind, workload.name), { spec: { replicas: 4 } }),
});

const scene: Scene = {
  arrangements: [
    on('Deployment', { replicas: 5 }),
    on('StatefulSet', { factor: 1.5, max: 10 }),
    on('ReplicaSet', { add: 10, max: 5 }),
  ],
  cases(world) {
    const tried = async (target: Target, params: Record<string, unknown> = { replicas: 5 }) =>
      codeOf(remediateOn(world().cluster, aStep(scale, target, { params })));

    it('gives five pods for a factor of 1.5, and never more than the cap', async () => {
      const target = await readyWorkload(world(), 'Deployment', 'grown');
      await remediateOn(world().cluster, aStep(scale, target, { params: { factor: 1.5, max: 10 } }));
      expect(await replicas(world(), target)).toBe(5);
      const params = { add: 3, max: 6 };
      await remediateOn(world().cluster, aStep(scale, target, { params, token: 'run-1.1' }));
      expect(await replicas(world(), target)).toBe(6);
      expect(await tried(target, params)).toBe('NOT_APPLICABLE');
    });

    it('does not fit what an autoscaler scales, a DaemonSet, or fewer pods than there are', async () => {
      const scaled = await readyWorkload(world(), 'Deployment', 'autoscaled');
      await applyAutoscaler(world(), scaled.workload);
      expect(await tried(scaled)).toBe('NOT_APPLICABLE');
      expect(await tried(await readyWorkload(world(), 'DaemonSet', 'everywhere'))).toBe('NOT_APPLICABLE');
      expect(await tried(await readyWorkload(world(), 'Deployment', 'enough'), { replicas: 2 })).toBe('NOT_APPLICABLE');
    });

    it('does not fit what somebody scaled to zero', async () => {
      const target = await readyWorkload(world(), 'Deployment', 'off');
      await change(world(), appsPath('Deployment', 'off'), { spec: { replicas: 0 } });
      expect(await tried(target)).toBe('NOT_APPLICABLE');
    });

    it('says CONFLICT when somebody scales it between the read and the act', async () => {
      const { workload } = await readyWorkload(world(), 'Deployment', 'disputed');
      const read = await world().cluster.getWorkload('Deployment', workload.namespace, workload.name);
      if (read === undefined) throw new Error('no workload');
      await change(world(), appsPath('Deployment', 'disputed'), { spec: { replicas: 4 } });
      const marking = { token: 'run-1.0', mark: { annotation: 'mendflow.dev/scaled', text: '{}' }, dryRun: false };
      const to = { kind: 'replicas', to: 9 } as const;
      expect(await codeOf(world().cluster.changeWorkload(read, to, marking))).toBe('CONFLICT');
      const another = { ...read, ref: { ...read.ref, uid: '00000000-0000-4000-8000-000000000000' } };
      expect(await codeOf(world().cluster.changeWorkload(another, to, marking))).toBe('TARGET_REPLACED');
      const gone = { ...read, ref: { ...read.ref, name: 'nothing-here' } };
      expect(await codeOf(world().cluster.changeWorkload(gone, to, marking))).toBe('TARGET_GONE');
    });
  },
};
export default scene;
