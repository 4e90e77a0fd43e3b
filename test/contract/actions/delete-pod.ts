import { expect, it } from '@jest/globals';
import deletePod from '../../../activities/actions/delete-pod.ts';
import { aStep, codeOf, remediateOn } from '../support/cases.ts';
import { applyBudget, podUids, readyWorkload } from '../support/places.ts';
import type { Scene } from './scene.ts';

const scene: Scene = {
  arrangements: [
    {
      on: 'a pod of a Deployment',
      arrange: (world, name) => readyWorkload(world, 'Deployment', name),
      shows: podUids,
    },
  ],
  cases(world) {
    it('asks no disruption budget', async () => {
      const target = await readyWorkload(world(), 'Deployment', 'unguarded');
      await applyBudget(world(), 'unguarded', 'unguarded');
      expect((await remediateOn(world().cluster, aStep(deletePod, target))).changed).toBe(true);
    });

    it('never takes away a pod with another uid, not even when it is replaced between the read and the act', async () => {
      const target = await readyWorkload(world(), 'Deployment', 'undeleted');
      if (target.pod === undefined) throw new Error('no pod');
      const stale = { ...target.pod, uid: '00000000-0000-4000-8000-000000000000' };
      const deleted = world().cluster.deletePod(stale, { gracePeriodSeconds: 1, dryRun: false });
      expect(await codeOf(deleted)).toBe('TARGET_REPLACED');
      expect(await podUids(world(), target)).toContain(target.pod.uid);
    });
  },
};
export default scene;
