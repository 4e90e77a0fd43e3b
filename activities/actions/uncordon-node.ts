import { z } from 'zod';
import { cordonAnnotation, touchAnnotation } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { defineAction } from './define-action.ts';

/** Lets pods onto a node again that Mendflow cordoned; refuses with NOT_APPLICABLE every other cordon. */
export default defineAction({
  name: 'uncordonNode',
  summary: 'Uncordon the node, if Mendflow cordoned it in an earlier run or step.',
  risk: 'medium',
  takesPodAway: false,
  targets: ['Node'],
  params: z.object({}),
  permissions: [{ apiGroups: [''], resources: ['nodes'], verbs: ['patch'] }],
  alreadyDone: ({ ref, isPaused, annotations }, token) =>
    !isPaused && annotations[touchAnnotation] === token
      ? { summary: `node ${ref.name} was uncordoned by this step already` }
      : undefined,
  async run({ cluster, target, token, dryRun }) {
    const { name } = target.ref;
    if (!target.isPaused) throw new MendflowError('NOT_APPLICABLE', `node ${name} is not cordoned`);
    if (target.annotations[cordonAnnotation] === undefined) {
      throw new MendflowError('NOT_APPLICABLE', `somebody else cordoned node ${name}`);
    }
    await cluster.uncordonNode(target.ref, { token, dryRun });
    return { summary: `uncordoned node ${name}` };
  },
});
