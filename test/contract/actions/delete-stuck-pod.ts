import { expect, it } from '@jest/globals';
import deleteStuckPod from '../../../activities/actions/delete-stuck-pod.ts';
import { aStep, aTarget, codeOf, refOf, remediateOn } from '../support/cases.ts';
import { podUids, readyWorkload, seen } from '../support/places.ts';
import { appsPath, change, corePath, type RawObject, until, type World } from '../support/world.ts';
import type { Scene } from './scene.ts';

const faulty = (fault: string | null) => ({
  spec: { template: { metadata: { annotations: { 'sandbox.mendflow.dev/fault': fault } } } },
});

const lastPod = ({ api }: World, app: string) =>
  api.call<RawObject>('GET', corePath('pods', `${app}-2`)).catch(() => undefined);
const isReady = (pod?: RawObject) =>
  pod?.status.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True');

/** A StatefulSet whose last pod crashes since a rollout; the template is put right again, or left as it is. */
async function stuck(world: World, app: string, { isReverted = true, spec = {} } = {}) {
  const { workload } = await readyWorkload(world, 'StatefulSet', app, spec);
  const good = await lastPod(world, app);
  await change(world, appsPath('StatefulSet', app), faulty('crash-loop'));
  await until('the last pod is of the bad revision', async () => {
    const pod = await lastPod(world, app);
    return (
      pod !== undefined &&
      pod.metadata.uid !== good?.metadata.uid &&
      !isReady(pod) &&
      pod.status.conditions !== undefined
    );
  });
  if (isReverted) await change(world, appsPath('StatefulSet', app), faulty(null));
  await seen(world, workload);
  const bad = await lastPod(world, app);
  return aTarget(workload, bad && refOf('Pod', bad));
}

const scene: Scene = {
  arrangements: [
    { on: 'the blocking pod of a StatefulSet', arrange: (world, name) => stuck(world, name), shows: podUids },
  ],
  cases(world) {
    it('lets the rollout of the good revision go on', async () => {
      const target = await stuck(world(), 'unblocked');
      await remediateOn(world().cluster, aStep(deleteStuckPod, target));
      await until('three pods are ready', async () => {
        const { status } = await world().api.call<RawObject>('GET', appsPath('StatefulSet', 'unblocked'));
        return status.readyReplicas === 3;
      });
      expect(await podUids(world(), target)).not.toContain(target.pod?.uid);
    });

    it('does not fit while the template is still the bad one', async () => {
      const target = await stuck(world(), 'still-bad', { isReverted: false });
      expect(await codeOf(remediateOn(world().cluster, aStep(deleteStuckPod, target)))).toBe('NOT_APPLICABLE');
    });

    it('does not fit a pod that is well, or one of a Deployment', async () => {
      for (const kind of ['StatefulSet', 'Deployment'] as const) {
        const target = await readyWorkload(world(), kind, `unblocking-${kind.toLowerCase()}`);
        expect(await codeOf(remediateOn(world().cluster, aStep(deleteStuckPod, target)))).toBe('NOT_APPLICABLE');
      }
    });
  },
};
export default scene;
