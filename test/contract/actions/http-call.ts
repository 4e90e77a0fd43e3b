import { createHmac } from 'node:crypto';
import { afterEach, expect, it } from '@jest/globals';
import httpCall from '../../../activities/actions/http-call.ts';
import { aStep, codeOf, remediateOn } from '../support/cases.ts';
import { type Counterpart, configureEndpoint, startCounterpart } from '../support/outside.ts';
import { readyWorkload } from '../support/places.ts';
import type { World } from '../support/world.ts';
import type { Scene } from './scene.ts';

const secret = 'a key that only the two of them know';
let counterpart: Counterpart | undefined;

/** The endpoint that the configuration names, started once. */
async function endpoint(): Promise<Counterpart> {
  counterpart ??= await startCounterpart();
  const { host, port } = counterpart;
  const url = `http://${host}:${port}/heal`;
  configureEndpoint({ name: 'healer', url, secret, headers: { 'x-team': 'shop' }, allowPrivateNetwork: true });
  configureEndpoint({ name: 'fenced', url, headers: {}, allowPrivateNetwork: false });
  return counterpart;
}

async function fresh(world: World, name: string) {
  await endpoint();
  return readyWorkload(world, 'Deployment', name);
}

const scene: Scene = {
  arrangements: [
    {
      on: 'a Deployment',
      params: { endpoint: 'healer' },
      writes: 0,
      async arrange(world, name) {
        // Every trial has the same token, which the endpoint would take for a repeat.
        (await endpoint()).taken.length = 0;
        return fresh(world, name);
      },
      shows: async () => counterpart?.taken.length,
    },
  ],
  cases(world) {
    const act = async (name: string, params: object = { endpoint: 'healer' }) =>
      remediateOn(world().cluster, aStep(httpCall, await fresh(world(), name), { params: { ...params } }));
    afterEach(() => {
      if (counterpart !== undefined) delete counterpart.answer;
    });

    it('tells alert, target and token, signed, under the key of the step', async () => {
      const { taken } = await endpoint();
      taken.length = 0;
      expect(await act('told')).toEqual({ summary: 'called endpoint healer', changed: true });
      const [call] = taken;
      const body = JSON.parse(call?.body ?? '') as object;
      expect(body).toMatchObject({
        alert: { alertname: 'PodCrashLooping' },
        target: { kind: 'Deployment', namespace: 'shop', name: 'told' },
        token: 'run-1.0',
        dryRun: false,
      });
      expect(call?.headers).toMatchObject({ 'idempotency-key': 'run-1.0', 'x-team': 'shop' });
      const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(String(call?.headers['mendflow-signature'])) ?? [];
      expect(signature).toBe(createHmac('sha256', secret).update(`${seconds}.${call?.body}`).digest('hex'));
    });

    it.each([
      [409, 'none'],
      [422, 'NOT_APPLICABLE'],
      [400, 'STEP_FAILED'],
      [302, 'STEP_FAILED'],
      [429, 'RECEIVER_UNAVAILABLE'],
      [503, 'RECEIVER_UNAVAILABLE'],
    ])('takes %i for %s', async (answer, code) => {
      (await endpoint()).answer = answer;
      expect(await codeOf(act(`answers-${answer}`))).toBe(code);
    });

    it('calls nothing that is not configured, or that is in a private network unasked', async () => {
      const { taken } = await endpoint();
      taken.length = 0;
      expect(await codeOf(act('unknown', { endpoint: 'nobody' }))).toBe('NOT_APPLICABLE');
      expect(await codeOf(act('fenced', { endpoint: 'fenced' }))).toBe('NOTIFIER_REJECTED');
      expect(taken).toEqual([]);
    });
  },
};
export default scene;
