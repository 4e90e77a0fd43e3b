import { expect, it } from '@jest/globals';
import rolloutRestart from '../../../activities/actions/rollout-restart.ts';
import { restartAnnotation } from '../../../activities/kubernetes/port.ts';
import type { Target, WorkloadKind } from '../../../domain/target/target.ts';
import { aStep, aTarget, codeOf, refOf, remediateOn } from '../support/cases.ts';
import { liveWorkload, podUids, readyWorkload } from '../support/places.ts';
import { appsPath, change, until, type World } from '../support/world.ts';
import type { Arrangement, Scene } from './scene.ts';

const tokenOf = async (world: World, target: Target) =>
  (await liveWorkload(world, target)).spec.template?.metadata.annotations?.[restartAnnotation] ?? 'none';

const on = (kind: WorkloadKind): Arrangement => ({
  on: `a ${kind}`,
  arrange: (world, name) => readyWorkload(world, kind, name),
  shows: tokenOf,
});

const scene: Scene = {
  arrangements: [on('Deployment'), on('StatefulSet'), on('DaemonSet')],
  cases(world) {
    const fresh = (name: string) => readyWorkload(world(), 'Deployment', name);
    const generation = async (target: Target) => (await liveWorkload(world(), target)).metadata.generation;

    it('replaces every pod of the workload once for each token', async () => {
      const target = await fresh('restarted');
      const before = await podUids(world(), target);
      await remediateOn(world().cluster, aStep(rolloutRestart, target));
      expect(await tokenOf(world(), target)).toBe('run-1.0');
      await until('all pods are new', async () => {
        const uids = await podUids(world(), target);
        return uids.length === 3 && uids.every((uid) => !before.includes(uid));
      });
      await remediateOn(world().cluster, aStep(rolloutRestart, target, { token: 'run-1.1' }));
      expect(await tokenOf(world(), target)).toBe('run-1.1');
    });

    it('does not fit a paused Deployment, an OnDelete strategy or a bare ReplicaSet', async () => {
      const halted = await world().deploy('Deployment', 'halted');
      await change(world(), appsPath('Deployment', 'halted'), { spec: { paused: true } });
      const onDelete = await world().deploy('DaemonSet', 'by-hand', { updateStrategy: { type: 'OnDelete' } });
      const bare = await world().deploy('ReplicaSet', 'bare');
      for (const [kind, object] of [
        ['Deployment', halted],
        ['DaemonSet', onDelete],
        ['ReplicaSet', bare],
      ] as const) {
        const step = aStep(rolloutRestart, aTarget(refOf(kind, object)));
        expect(await codeOf(remediateOn(world().cluster, step))).toBe('NOT_APPLICABLE');
      }
    });

    it('writes the same for the same step, so that two at once are one rollout', async () => {
      const target = await fresh('raced');
      const mark = { token: 'run-1.0', atMs: 0, dryRun: false };
      const { cluster } = world();
      await Promise.all([
        cluster.restartWorkload(target.workload, mark),
        cluster.restartWorkload(target.workload, mark),
      ]);
      expect(await generation(target)).toBe(2);
    });

    it('never restarts a workload with another uid, not even when it is replaced between the read and the act', async () => {
      const target = await fresh('reborn');
      const stale = { ...target.workload, uid: '00000000-0000-4000-8000-000000000000' };
      const code = await codeOf(world().cluster.restartWorkload(stale, { token: 'run-1.0', atMs: 0, dryRun: false }));
      expect(code).toBe('TARGET_REPLACED');
      expect(await generation(target)).toBe(1);
    });
  },
};
export default scene;
