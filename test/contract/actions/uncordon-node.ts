import { expect, it } from '@jest/globals';
import uncordonNode from '../../../activities/actions/uncordon-node.ts';
import { aStep, codeOf, remediateOn } from '../support/cases.ts';
import { cordonOf, readyNode, setCordon } from '../support/nodes.ts';
import type { World } from '../support/world.ts';
import type { Scene } from './scene.ts';

/** A node that an earlier run cordoned. */
async function cordonedByUs(world: World, name: string) {
  const target = await readyNode(world, name);
  await world.cluster.cordonNode(target.workload, { token: 'earlier', dryRun: false });
  return target;
}

const scene: Scene = {
  arrangements: [{ on: 'a node that an earlier run cordoned', arrange: cordonedByUs, shows: cordonOf }],
  cases(world) {
    it('leaves the cordon of anybody else, and a node without one', async () => {
      const target = await readyNode(world(), 'not-ours');
      expect(await codeOf(remediateOn(world().cluster, aStep(uncordonNode, target)))).toBe('NOT_APPLICABLE');
      await setCordon(world(), target, true);
      expect(await codeOf(remediateOn(world().cluster, aStep(uncordonNode, target)))).toBe('NOT_APPLICABLE');
      expect((await cordonOf(world(), target)).isCordoned).toBe(true);
    });

    it('leaves a cordon that a person made after ours', async () => {
      const target = await cordonedByUs(world(), 'made-again');
      await setCordon(world(), target, false);
      await setCordon(world(), target, true);
      expect(await codeOf(remediateOn(world().cluster, aStep(uncordonNode, target)))).toBe('NOT_APPLICABLE');
      expect((await cordonOf(world(), target)).isCordoned).toBe(true);
    });
  },
};
export default scene;
