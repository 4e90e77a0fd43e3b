import { expect } from '@jest/globals';
import type { Target } from '../../../domain/target/target.ts';
import { remediateOn } from './cases.ts';
import { controlledBy, customObject } from './custom-objects.ts';
import { jobPath } from './jobs.ts';
import { type ActionPromise, set, untouched } from './promises.ts';
import { appsPath, change } from './world.ts';

/** What every action promises that changes what an operator, Git or Helm say. */
export const promisesOfManagers: readonly ActionPromise[] = [
  {
    that: 'is refused with a patch for what Helm manages, unless the policy lists Helm',
    isFor: ({ changesSpec }) => changesSpec === true,
    async hold(trial) {
      const { world } = trial;
      const { target, step, shows, actor } = await set(trial);
      await change(world, pathOf(target), {
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
  {
    that: 'is refused for what an operator owns, and names the operator’s object',
    isFor: ({ changesSpec, marksTemplate }) => changesSpec === true || marksTemplate === true,
    async hold(trial) {
      const { world } = trial;
      const { target, step, shows, actor } = await untouched(trial);
      const before = await shows();
      const apiVersion = 'operators.test.mendflow.dev/v1';
      const metadata = controlledBy(await customObject(world, { apiVersion, kind: 'Store', name: 'main' }));
      await change(world, pathOf(target), { metadata });
      const acting = remediateOn(actor.cluster, step).finally(() =>
        change(world, pathOf(target), { metadata: { ownerReferences: null } }),
      );
      await expect(acting).rejects.toMatchObject({
        code: 'MANAGED_ELSEWHERE',
        message: expect.stringContaining(
          'belongs to Store shop/main (Store.operators.test.mendflow.dev), whose operator would change it back',
        ),
      });
      expect(actor.asked()).toEqual([]);
      expect(await shows()).toEqual(before);
    },
  },
];

const pathOf = ({ workload: { kind, name } }: Target) => (kind === 'Job' ? jobPath(name) : appsPath(kind, name));
