import { expect, it } from '@jest/globals';
import rollback from '../../../activities/actions/rollback.ts';
import type { Target, WorkloadKind } from '../../../domain/target/target.ts';
import { anActionAlert } from '../../activities/support/builders.ts';
import { aStep, codeOf, remediateOn } from '../support/cases.ts';
import { liveWorkload, readyWorkload, seen } from '../support/places.ts';
import { appsPath, change, template, until, type World } from '../support/world.ts';
import type { Arrangement, Scene } from './scene.ts';

const image = async (world: World, target: Target) =>
  (await liveWorkload(world, target)).spec.template?.spec.containers[0]?.image;

/** Waits until the pods of the latest template have replaced all others. */
const rolledOut = (world: World, workload: Target['workload']) =>
  until(`${workload.name} is rolled out`, async () => {
    const { status } = await liveWorkload(world, { workload });
    return status.updatedReplicas === 3 && status.readyReplicas === 3 && status.replicas === 3;
  });

/** Gives the workload another image, and waits until its controller has a revision for it. */
async function deployImage(world: World, { workload }: Pick<Target, 'workload'>, tag: number): Promise<void> {
  const containers = [{ ...template('').spec.containers[0], image: `example.invalid/app:${tag}` }];
  await change(world, appsPath(workload.kind, workload.name), { spec: { template: { spec: { containers } } } });
  await seen(world, workload);
}

async function released(world: World, kind: WorkloadKind, name: string): Promise<Target> {
  const target = await readyWorkload(world, kind, name);
  await deployImage(world, target, 2);
  return target;
}

const on = (kind: WorkloadKind): Arrangement => ({
  on: `a ${kind}`,
  arrange: (world, name) => released(world, kind, name),
  shows: image,
  meddle: (world, target) => deployImage(world, target, 9),
});

const scene: Scene = {
  arrangements: [on('Deployment'), on('StatefulSet'), on('DaemonSet')],
  cases(world) {
    const act = (target: Target, token = 'run-1.0') => remediateOn(world().cluster, aStep(rollback, target, { token }));

    it('never goes back to a template that it went away from', async () => {
      const target = await released(world(), 'Deployment', 'thrice');
      // An earlier template whose pods are still well would be preferred.
      await rolledOut(world(), target.workload);
      await deployImage(world(), target, 3);
      await act(target);
      expect(await image(world(), target)).toBe('example.invalid/app:2');
      await seen(world(), target.workload);
      await act(target, 'run-1.1');
      expect(await image(world(), target)).toBe('example.invalid/app:1');
      await seen(world(), target.workload);
      expect(await codeOf(act(target, 'run-1.2'))).toBe('NOT_APPLICABLE');
    });

    it('goes past what a restart left, to another template', async () => {
      const target = await released(world(), 'Deployment', 'restarted-since');
      await world().cluster.restartWorkload(target.workload, { token: 'run-0.0', atMs: 0, dryRun: false });
      await seen(world(), target.workload);
      await act(target);
      expect(await image(world(), target)).toBe('example.invalid/app:1');
    });

    it.each(['Deployment', 'StatefulSet'] as const)('tells when the template of a %s was changed', async (kind) => {
      const target = await released(world(), kind, `changed-${kind.toLowerCase()}`);
      const params = { changedWithinMinutes: 60 };
      const at = (startsAt: Date) => {
        const alert = { ...anActionAlert, startsAt: startsAt.toISOString() };
        return remediateOn(world().cluster, aStep(rollback, target, { params, alert }));
      };
      expect(await codeOf(at(new Date(Date.now() - 3_600_000)))).toBe('NOT_APPLICABLE');
      expect(await codeOf(at(new Date(Date.now() + 7_200_000)))).toBe('NOT_APPLICABLE');
      await at(new Date());
      expect(await image(world(), target)).toBe('example.invalid/app:1');
    });

    it('does not fit a first revision, a paused Deployment or an OnDelete strategy', async () => {
      expect(await codeOf(act(await readyWorkload(world(), 'Deployment', 'first')))).toBe('NOT_APPLICABLE');
      const paused = await released(world(), 'Deployment', 'paused');
      await change(world(), appsPath('Deployment', 'paused'), { spec: { paused: true } });
      expect(await codeOf(act(paused))).toBe('NOT_APPLICABLE');
      const byHand = await readyWorkload(world(), 'StatefulSet', 'on-delete', { updateStrategy: { type: 'OnDelete' } });
      expect(await codeOf(act(byHand))).toBe('NOT_APPLICABLE');
    });
  },
};
export default scene;
