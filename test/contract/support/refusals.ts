import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import rolloutRestart from '../../../activities/actions/rollout-restart.ts';
import type { Target } from '../../../domain/target/target.ts';
import { actorFor } from './acting.ts';
import { aStep, remediateOn } from './cases.ts';
import { type DenyingWebhook, openDenyingWebhook } from './denying-webhook.ts';
import { liveWorkload, readyWorkload } from './places.ts';
import type { World } from './world.ts';

/** What the admission of a real cluster refuses, and what we make of it. */
export function refusals(world: () => World): void {
  describe('by a webhook', () => {
    let target: Target;
    let webhook: DenyingWebhook;
    beforeAll(async () => {
      target = await readyWorkload(world(), 'Deployment', 'checked');
      webhook = await openDenyingWebhook(world(), 'checked');
    }, 30_000);
    afterAll(() => webhook.close());

    it.each([400, 401, 403, 409, 422, 429, 500, 503])(
      'that answers %i is told in its own words, and asked for once',
      async (code) => {
        const before = await liveWorkload(world(), target);
        const actor = await actorFor(world(), rolloutRestart);
        webhook.answer(code, `the image is not signed (${code})`);
        await expect(remediateOn(actor.cluster, aStep(rolloutRestart, target))).rejects.toMatchObject({
          code: 'ADMISSION_REFUSED',
          message: expect.stringContaining(
            `admission webhook "denies.test.mendflow.dev" denied the request: the image is not signed (${code})`,
          ),
        });
        expect(actor.asked()).toEqual([{ what: 'patch deployments', isDryRun: false }]);
        expect((await liveWorkload(world(), target)).metadata.generation).toBe(before.metadata.generation);
      },
    );
  });
}
