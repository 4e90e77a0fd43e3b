import { expect } from '@jest/globals';
import { remediateOn } from './cases.ts';
import { jobPath } from './jobs.ts';
import { type ActionPromise, set } from './promises.ts';
import { appsPath, change } from './world.ts';

/** What every action promises that changes what Git or Helm say. */
export const promisesOfManagers: readonly ActionPromise[] = [
  {
    that: 'is refused with a patch for what Helm manages, unless the policy lists Helm',
    isFor: ({ changesSpec }) => changesSpec === true,
    async hold(trial) {
      const { world } = trial;
      const { target, step, shows, actor } = await set(trial);
      const { kind, name } = target.workload;
      await change(world, kind === 'Job' ? jobPath(name) : appsPath(kind, name), {
        metadata: {
          labels: { 'app.kubernetes.io/managed-by': 'Helm' },
          annotations: { 'meta.helm.sh/release-name': 'store', 'meta.helm.sh/release-namespace': 'shop' },
        },
      });
      const before = await shows();
      await expect(remediateOn(actor.cluster, step)).rejects.toMatchObject({
        code: 'MANAGED_ELSEWHERE',
        message: expect.stringMatching(/belongs to Helm shop\/store; change it there:\n(.*\n)*kind: /),
      });
      expect(actor.asked()).toEqual([]);
      expect(await shows()).toEqual(before);
      expect((await remediateOn(actor.cluster, { ...step, allowedManagers: ['Helm'] })).changed).toBe(true);
    },
  },
];
