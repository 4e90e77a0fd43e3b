import { z } from 'zod';
import { cordonAnnotation } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { takeCordonBack } from '../drain.ts';
import { defineAction } from './define-action.ts';

/** Keeps new pods away from a node; refuses with NOT_APPLICABLE one that somebody else cordoned. */
export default defineAction({
  name: 'cordonNode',
  summary: 'Cordon the node: no further pods are placed on it; running pods stay.',
  risk: 'medium',
  takesPodAway: false,
  takesNodeAway: true,
  targets: ['Node'],
  params: z.object({}),
  permissions: [{ apiGroups: [''], resources: ['nodes'], verbs: ['patch'] }],
  alreadyDone: ({ ref, isPaused, annotations }, token) =>
    isPaused && annotations[cordonAnnotation] === token
      ? { summary: `node ${ref.name} was cordoned by this step already` }
      : undefined,
  async run({ cluster, target, token, dryRun }) {
    const { name } = target.ref;
    if (target.isPaused)
      throw new MendflowError('NOT_APPLICABLE', `node ${name} is cordoned already, not by this step`);
    await cluster.cordonNode(target.ref, { token, dryRun });
    return { summary: `cordoned node ${name}` };
  },
  undo: { words: 'uncordons the node, if the cordon is still its own', run: takeCordonBack },
});
