import { expect, it } from '@jest/globals';
import drainNode from '../../../activities/actions/drain-node.ts';
import type { Target } from '../../../domain/target/target.ts';
import { aStep, codeOf, remediateOn, startRemediate } from '../support/cases.ts';
import { bareOnNode, boundClaim, cordonOf, onNode, podsOn, readyNode, setCordon } from '../support/nodes.ts';
import { until, type World } from '../support/world.ts';
import type { Arrangement, Scene } from './scene.ts';

const occupied = (namespace: string): Arrangement => ({
  on: `a node with a pod and its volume in namespace ${namespace}`,
  writes: 2,
  async arrange(world, name) {
    const target = await readyNode(world, name);
    const volumes = [await boundClaim(world, namespace, name)];
    await onNode(world, name, { namespace, app: name, volumes });
    return target;
  },
  shows: cordonOf,
  meddle: (world, target) => setCordon(world, target, false),
});

const scene: Scene = {
  arrangements: [occupied('annex')],
  cases(world) {
    const start = async (name: string) => readyNode(world(), name);
    const step = (target: Target, params = {}, withinMs = 60_000) => {
      const planned = aStep(drainNode, target, { params });
      return { ...planned, step: { ...planned.step, withinMs } };
    };

    it('leaves nothing on the node but what is never touched, and names that', async () => {
      const target = await start('emptied');
      const out = { 'mendflow.dev/remediation': 'disabled' };
      await onNode(world(), 'emptied', { namespace: 'shop', app: 'movable' });
      await onNode(world(), 'emptied', { namespace: 'shop', app: 'labelled-out', labels: out });
      await onNode(world(), 'emptied', { namespace: 'kube-system', app: 'dns' });
      const { summary } = await remediateOn(world().cluster, step(target));
      expect(summary).toMatch(/drained node emptied: 1 pods evicted; left alone: .*system namespace/);
      expect(summary).toContain('(labelled out)');
      expect(await podsOn(world(), 'emptied')).toEqual([
        expect.stringMatching(/^dns-/),
        expect.stringMatching(/^labelled-out-/),
      ]);
    }, 60_000);

    it('refuses a pod without a controller and one with an emptyDir, unless it is told', async () => {
      const target = await start('precious');
      await bareOnNode(world(), 'precious', 'bare');
      const scratch = [{ name: 'scratch', emptyDir: {} }];
      await onNode(world(), 'precious', { namespace: 'shop', app: 'scratchy', volumes: scratch });
      expect(await codeOf(remediateOn(world().cluster, step(target)))).toBe('NOT_APPLICABLE');
      expect(await codeOf(remediateOn(world().cluster, step(target, { force: true })))).toBe('NOT_APPLICABLE');
      const few = { force: true, deleteEmptyDirData: true, maxPods: 1 };
      expect(await codeOf(remediateOn(world().cluster, step(target, few)))).toBe('NOT_APPLICABLE');
      expect(await cordonOf(world(), target)).toEqual({ isCordoned: false, by: 'nobody' });
      await remediateOn(world().cluster, step(target, { force: true, deleteEmptyDirData: true }));
      expect(await podsOn(world(), 'precious')).toEqual([]);
    }, 60_000);

    it('takes nothing, and does not cordon, where one of its pods would find no other node', async () => {
      const target = await start('bound');
      await onNode(world(), 'bound', { namespace: 'shop', app: 'free-to-go' });
      await onNode(world(), 'bound', { namespace: 'shop', app: 'bound-app', isBound: true });
      await expect(remediateOn(world().cluster, step(target))).rejects.toMatchObject({
        code: 'NOT_REPLACEABLE',
        message: expect.stringMatching(
          /^Pod shop\/bound-app-.*: no node would take its replacement: .*node selector or node affinity/,
        ),
      });
      expect(await cordonOf(world(), target)).toEqual({ isCordoned: false, by: 'nobody' });
      expect(await podsOn(world(), 'bound')).toHaveLength(2);
    }, 60_000);

    it('waits for a disruption budget, and says at its deadline what is left', async () => {
      const target = await start('held');
      await onNode(world(), 'held', { namespace: 'shop', app: 'held-app' });
      await budget(world(), 'held-app', 1);
      const failing = remediateOn(world().cluster, step(target, {}, 4_000));
      await expect(failing).rejects.toMatchObject({
        code: 'STEP_UNFINISHED',
        message: expect.stringContaining('the disruption budget of shop/held-app-'),
      });
      await budget(world(), 'held-app', 0);
      expect((await remediateOn(world().cluster, step(target), 2)).changed).toBe(true);
      expect(await podsOn(world(), 'held')).toEqual([]);
    }, 60_000);

    it('stops when it is cancelled, and leaves what it did not come to', async () => {
      const target = await start('called-off');
      await onNode(world(), 'called-off', { namespace: 'shop', app: 'called-off-app' });
      await budget(world(), 'called-off-app', 1);
      const run = startRemediate(world().cluster, step(target));
      await until('it is cordoned', async () => (await cordonOf(world(), target)).isCordoned);
      run.cancel();
      await expect(run.result).rejects.toMatchObject({ name: 'CancelledFailure' });
      expect(await podsOn(world(), 'called-off')).toHaveLength(1);
    }, 60_000);
  },
};
export default scene;

async function budget({ api }: World, app: string, minAvailable: number): Promise<void> {
  const metadata = { name: app, namespace: 'shop' };
  const spec = { minAvailable, selector: { matchLabels: { app } } };
  await api.apply([{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', metadata, spec }]);
  await until('the budget is counted', async () => {
    const path = `/apis/policy/v1/namespaces/shop/poddisruptionbudgets/${app}`;
    const { status } = await api.call<{ status?: { disruptionsAllowed?: number; currentHealthy?: number } }>(
      'GET',
      path,
    );
    return status?.currentHealthy === 1 && status.disruptionsAllowed === 1 - minAvailable;
  });
}
