import { expect, it } from '@jest/globals';
import raiseHpaMax from '../../../activities/actions/raise-hpa-max.ts';
import type { Target } from '../../../domain/target/target.ts';
import { aStep, codeOf, remediateOn } from '../support/cases.ts';
import { controlledBy, customObject } from '../support/custom-objects.ts';
import { applyAutoscaler, changeAutoscaler, maxOf, readyWorkload } from '../support/places.ts';
import type { World } from '../support/world.ts';
import type { Scene } from './scene.ts';

const params = { byPercent: 50, atMost: 10 };

async function scaled(world: World, name: string): Promise<Target> {
  const target = await readyWorkload(world, 'Deployment', name);
  await applyAutoscaler(world, target.workload);
  return target;
}

const scene: Scene = {
  arrangements: [
    {
      on: 'a Deployment at its maximum',
      params,
      arrange: scaled,
      shows: (world, { workload }) => maxOf(world, workload.name),
      meddle: (world, { workload }) => changeAutoscaler(world, workload.name, { spec: { maxReplicas: 9 } }),
    },
  ],
  cases(world) {
    const act = (target: Target, given: Record<string, unknown> = params, token = 'run-1.0') =>
      remediateOn(world().cluster, aStep(raiseHpaMax, target, { params: given, token }));

    it('raises by a share, rounded up, and never above the cap', async () => {
      const target = await scaled(world(), 'busy');
      await act(target);
      expect(await maxOf(world(), 'busy')).toBe(5);
      expect(await codeOf(act(target, params, 'run-1.1'))).toBe('NOT_APPLICABLE');
      await changeAutoscaler(world(), 'busy/status', { status: { currentReplicas: 5, desiredReplicas: 5 } });
      await act(target, { to: 30, atMost: 6 }, 'run-1.1');
      expect(await maxOf(world(), 'busy')).toBe(6);
    });

    it('does not fit where no autoscaler scales the workload, or two do', async () => {
      const target = await readyWorkload(world(), 'Deployment', 'unscaled');
      expect(await codeOf(act(target))).toBe('NOT_APPLICABLE');
      await applyAutoscaler(world(), target.workload, 'unscaled-1');
      await applyAutoscaler(world(), target.workload, 'unscaled-2');
      expect(await codeOf(act(target))).toBe('NOT_APPLICABLE');
    });

    it('is refused with a patch where another tool manages the autoscaler', async () => {
      const target = await scaled(world(), 'foreign');
      const annotations = {
        'argocd.argoproj.io/tracking-id': 'store:autoscaling/HorizontalPodAutoscaler:shop/foreign',
      };
      await changeAutoscaler(world(), 'foreign', { metadata: { annotations } });
      await expect(act(target)).rejects.toMatchObject({
        code: 'MANAGED_ELSEWHERE',
        message: expect.stringContaining('maxReplicas: 5'),
      });
      expect(await maxOf(world(), 'foreign')).toBe(3);
    });

    it('is refused where KEDA writes the autoscaler, and names the ScaledObject to change', async () => {
      const target = await scaled(world(), 'by-events');
      const keda = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'by-events' };
      await changeAutoscaler(world(), 'by-events', { metadata: controlledBy(await customObject(world(), keda)) });
      await expect(act(target)).rejects.toMatchObject({
        code: 'MANAGED_ELSEWHERE',
        message: expect.stringMatching(/belongs to ScaledObject shop\/by-events \(KEDA\)(.*\n)+.*maxReplicaCount: 5/),
      });
      expect(await maxOf(world(), 'by-events')).toBe(3);
      await remediateOn(world().cluster, aStep(raiseHpaMax, target, { params, allowedManagers: ['KEDA'] }));
      expect(await maxOf(world(), 'by-events')).toBe(5);
    });
  },
};
export default scene;
