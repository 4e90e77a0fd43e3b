import { expect, it } from '@jest/globals';
import cordonNode from '../../../activities/actions/cordon-node.ts';
import { aStep, codeOf, remediateOn, undoOn } from '../support/cases.ts';
import { cordonOf, readyNode, setCordon } from '../support/nodes.ts';
import type { Scene } from './scene.ts';

const scene: Scene = {
  arrangements: [
    {
      on: 'a node',
      arrange: readyNode,
      shows: cordonOf,
      meddle: (world, target) => setCordon(world, target, false),
    },
    {
      on: 'a node that somebody cordons again',
      arrange: readyNode,
      shows: cordonOf,
      async meddle(world, target) {
        await setCordon(world, target, false);
        await setCordon(world, target, true);
      },
    },
  ],
  cases(world) {
    it('leaves a cordon that was there before to whoever made it, also when it is taken back', async () => {
      const target = await readyNode(world(), 'theirs');
      await setCordon(world(), target, true);
      const step = aStep(cordonNode, target);
      expect(await codeOf(remediateOn(world().cluster, step))).toBe('NOT_APPLICABLE');
      expect((await undoOn(world().cluster, step)).changed).toBe(false);
      expect(await cordonOf(world(), target)).toEqual({ isCordoned: true, by: 'nobody' });
    });

    it('does not take back what another step cordoned', async () => {
      const target = await readyNode(world(), 'other-step');
      await remediateOn(world().cluster, aStep(cordonNode, target));
      expect((await undoOn(world().cluster, aStep(cordonNode, target, { token: 'run-2.0' }))).changed).toBe(false);
      expect(await cordonOf(world(), target)).toEqual({ isCordoned: true, by: 'run-1.0' });
    });
  },
};
export default scene;
