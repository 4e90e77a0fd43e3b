import { afterEach, expect, it } from '@jest/globals';
import clearCache from '../../../activities/actions/clear-cache.ts';
import type { Target } from '../../../domain/target/target.ts';
import { aStep, codeOf, remediateOn } from '../support/cases.ts';
import { type Counterpart, configure, ownAddress, startCounterpart } from '../support/outside.ts';
import { readyWorkload } from '../support/places.ts';
import { change, corePath, type World } from '../support/world.ts';
import type { Arrangement, Scene } from './scene.ts';

let counterpart: Counterpart | undefined;

/** A pod whose address leads to a server of ours. */
async function answering(world: World, name: string): Promise<Target> {
  counterpart ??= await startCounterpart(ownAddress());
  counterpart.taken.length = 0;
  configure({ clearCache: { paths: ['/cache/clear'] } });
  const target = await readyWorkload(world, 'Deployment', name);
  const podIP = counterpart.host;
  await change(world, `${corePath('pods', target.pod?.name)}/status`, { status: { podIP, podIPs: [{ ip: podIP }] } });
  return target;
}

/** The port is known once the server listens; the suite reads the parameters before. */
const params = (method: string): Record<string, unknown> => ({
  path: '/cache/clear',
  method,
  get port() {
    return counterpart?.port ?? 1;
  },
});

const by = (method: string, writes: number): Arrangement => ({
  on: `a pod, by ${method}`,
  params: params(method),
  writes,
  arrange: answering,
  shows: async () => counterpart?.taken.length,
});

const scene: Scene = {
  arrangements: [by('POST', 1), by('DELETE', 1), by('GET', 0)],
  cases(world) {
    const act = async (name: string, changes: object = {}) => {
      const target = await answering(world(), name);
      return remediateOn(world().cluster, aStep(clearCache, target, { params: { ...params('POST'), ...changes } }));
    };
    afterEach(() => {
      if (counterpart !== undefined) delete counterpart.answer;
    });

    it('calls the path of the very pod, under the key of the step', async () => {
      expect((await act('cached')).summary).toMatch(/^called POST \/cache\/clear of pod shop\/cached-/);
      expect(counterpart?.taken).toMatchObject([
        { method: 'POST', path: '/cache/clear', headers: { 'idempotency-key': 'run-1.0' } },
      ]);
    });

    it('calls no path that the operator did not list', async () => {
      expect(await codeOf(act('unlisted', { path: '/admin/delete' }))).toBe('NOT_APPLICABLE');
      expect(await codeOf(act('climbing', { path: '/cache/clear/../../admin' }))).toBe('NOT_APPLICABLE');
      expect(counterpart?.taken).toEqual([]);
    });

    it.each([
      [404, 'STEP_FAILED'],
      [400, 'STEP_FAILED'],
      [503, 'CLUSTER_UNAVAILABLE'],
    ])('takes a pod that answers %i for %s', async (answer, code) => {
      const target = await answering(world(), `no-${answer}`);
      if (counterpart !== undefined) counterpart.answer = answer;
      const step = aStep(clearCache, target, { params: params('POST') });
      expect(await codeOf(remediateOn(world().cluster, step))).toBe(code);
    });
  },
};
export default scene;
