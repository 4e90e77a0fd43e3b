import { expect, it } from '@jest/globals';
import evictPod from '../../../activities/actions/evict-pod.ts';
import { actorFor } from '../support/acting.ts';
import { aStep, aTarget, codeOf, remediateOn } from '../support/cases.ts';
import { applyBudget, podUids, readyWorkload } from '../support/places.ts';
import { change, corePath, namespace, template, until, type World } from '../support/world.ts';
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
    const fresh = (name: string) => readyWorkload(world(), 'Deployment', name);

    it('starts a fresh pod in the place of the evicted one', async () => {
      const target = await fresh('fresh');
      await remediateOn(world().cluster, aStep(evictPod, target));
      await until('three pods without the evicted one', async () => {
        const uids = await podUids(world(), target);
        return uids.length === 3 && !uids.includes(target.pod?.uid ?? '');
      });
      expect(await podUids(world(), target)).not.toContain(target.pod?.uid);
    });

    it('takes a pod that vanished after a lost answer for its own act', async () => {
      const target = await fresh('lost-answer');
      const step = aStep(evictPod, target);
      await remediateOn(world().cluster, step);
      const isGone = async () => (await world().cluster.getPod(namespace, target.pod?.name ?? '')) === undefined;
      await until('the pod is gone', isGone);
      const again = await remediateOn(world().cluster, step, 2);
      expect(again).toEqual({ summary: expect.stringContaining('an earlier attempt'), changed: false });
      expect(await podUids(world(), target)).toHaveLength(3);
    });

    it('is blocked by a disruption budget that allows no disruption', async () => {
      const target = await fresh('guarded');
      await applyBudget(world(), 'guarded', 'guarded');
      expect(await codeOf(remediateOn(world().cluster, aStep(evictPod, target)))).toBe('EVICTION_BLOCKED');
      expect(await podUids(world(), target)).toContain(target.pod?.uid);
    });

    it('stays while a container of it is in its startup probe', async () => {
      const target = await fresh('starting');
      const path = corePath('pods', target.pod?.name);
      const { status } = await world().api.call<{ status: { containerStatuses: object[] } }>('GET', path);
      const containerStatuses = status.containerStatuses.map((shown) => ({ ...shown, started: false }));
      const type = 'application/merge-patch+json';
      await world().api.call('PATCH', `${path}/status`, { type, content: { status: { containerStatuses } } });
      expect(await codeOf(remediateOn(world().cluster, aStep(evictPod, target)))).toBe('EVICTION_BLOCKED');
      expect(await podUids(world(), target)).toContain(target.pod?.uid);
    });

    it('is blocked by two budgets for one pod, which the API never allows', async () => {
      const target = await fresh('doubly');
      await applyBudget(world(), 'doubly-1', 'doubly');
      await applyBudget(world(), 'doubly-2', 'doubly');
      expect(await codeOf(remediateOn(world().cluster, aStep(evictPod, target)))).toBe('BUDGETS_CONFLICT');
    });

    it('refuses parameters that it cannot read, and touches nothing', async () => {
      const actor = await actorFor(world(), evictPod);
      const { step, ...input } = aStep(evictPod, await fresh('odd'));
      const odd = { ...input, step: { ...step, params: { gracePeriodSeconds: 'soon' } } };
      expect(await codeOf(remediateOn(actor.cluster, odd))).toBe('INVALID_POLICY');
      expect(actor.asked()).toEqual([]);
    });

    it('never takes away a pod with another uid, not even when it is replaced between the read and the act', async () => {
      const target = await fresh('swapped');
      if (target.pod === undefined) throw new Error('no pod');
      const stale = { ...target.pod, uid: '00000000-0000-4000-8000-000000000000' };
      const code = await codeOf(world().cluster.evictPod(stale, { gracePeriodSeconds: 0, dryRun: false }));
      // The API server may try again for longer than our deadline before it says so.
      expect(['TARGET_REPLACED', 'CLUSTER_UNAVAILABLE']).toContain(code);
      expect(await podUids(world(), target)).toContain(target.pod.uid);
    }, 30_000);

    it.each([
      ['keeps the time that the pod has to stop where the policy asks for less', { gracePeriodSeconds: 5 }, 60],
      ['gives the pod more time where the policy asks for more', { gracePeriodSeconds: 90 }, 90],
    ])('%s', async (_, params, seconds) => {
      const app = `grace-${seconds}`;
      const { metadata: labels, spec } = template(app);
      const patient = { template: { metadata: labels, spec: { ...spec, terminationGracePeriodSeconds: 60 } } };
      const target = await readyWorkload(world(), 'Deployment', app, patient);
      const path = corePath('pods', target.pod?.name);
      // So that the pod can still be read after its eviction.
      await change(world(), path, { metadata: { finalizers: ['test.mendflow.dev/stay'] } });
      const { step, ...input } = aStep(evictPod, target);
      await remediateOn(world().cluster, { ...input, step: { ...step, params } });
      const { metadata } = await world().api.call<{ metadata: { deletionGracePeriodSeconds?: number } }>('GET', path);
      expect(metadata.deletionGracePeriodSeconds).toBe(seconds);
      await change(world(), path, { metadata: { finalizers: null } });
    });

    it('is done under a quota that only the evicted pod fills up', async () => {
      const app = 'metered';
      const target = await readyWorkload(world(), 'Deployment', app, { template: metered(app, '100m') });
      await fullQuota(world(), app, 'limits.cpu', '300m');
      const dry = { ...aStep(evictPod, target), dryRun: true };
      await expect(remediateOn(world().cluster, dry)).resolves.toMatchObject({ changed: false });
      await fullQuota(world(), app, 'limits.cpu', '200m');
      await expect(remediateOn(world().cluster, dry)).rejects.toMatchObject({
        code: 'NOT_REPLACEABLE',
        message: expect.stringContaining(`exceeded quota: ${app}, requested: limits.cpu=100m`),
      });
      await world().api.call('DELETE', `${corePath('resourcequotas', app)}`);
    });

    it('needs a pod', async () => {
      const { workload } = await fresh('podless');
      expect(await codeOf(remediateOn(world().cluster, aStep(evictPod, aTarget(workload))))).toBe('NOT_APPLICABLE');
    });

    it('leaves alone a pod whose fault is gone', async () => {
      const checks = [{ podCondition: { reason: 'OOMKilled' as const, restartsAtLeast: 0 } }];
      const step = aStep(evictPod, await fresh('cured'), { checks });
      expect(await codeOf(remediateOn(world().cluster, step))).toBe('FAULT_GONE');
    });

    it('leaves alone a pod that was labelled out a moment ago', async () => {
      const target = await fresh('labelled');
      const metadata = { labels: { 'mendflow.dev/remediation': 'disabled' } };
      await change(world(), corePath('pods', target.pod?.name), { metadata });
      expect(await codeOf(remediateOn(world().cluster, aStep(evictPod, target)))).toBe('NOT_ALLOWED');
    });
  },
};
export default scene;

const metered = (app: string, cpu: string) => template(app, { limits: { cpu }, requests: { cpu } });

/** A quota that three pods of 100m have used up, or overdrawn; no controller counts it here. */
async function fullQuota({ api }: World, name: string, resource: string, most: string): Promise<void> {
  const hard = { [resource]: most };
  const metadata = { name, namespace };
  await api.apply([{ apiVersion: 'v1', kind: 'ResourceQuota', metadata, spec: { hard } }]);
  const content = { status: { hard, used: { [resource]: '300m' } } };
  const type = 'application/merge-patch+json';
  await api.call('PATCH', `${corePath('resourcequotas', name)}/status`, { type, content });
  await until('the quota is known', async () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { generateName: 'probe-' },
      spec: metered('p', '100m').spec,
    };
    const asked = api.call('POST', `${corePath('pods')}?dryRun=All`, { type: 'application/json', content: pod });
    return asked.then(
      () => false,
      (error: Error) => error.message.includes(`limited: ${resource}=${most}`),
    );
  });
}
