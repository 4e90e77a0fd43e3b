import { z } from 'zod';
import { drain, takeCordonBack } from '../drain.ts';
import { defineAction, gracePeriodSeconds } from './define-action.ts';

/**
 * Empties a node as `kubectl drain` does, pod by pod and within disruption budgets; what it may not touch it leaves and
 * names. Refuses before the first eviction with NOT_APPLICABLE what would be lost for good.
 */
export default defineAction({
  name: 'drainNode',
  summary:
    'Cordon the node and evict its pods one by one, waiting for disruption budgets. Pods of DaemonSets, of system namespaces and under the opt-out label stay.',
  risk: 'high',
  takesPodAway: false,
  takesNodeAway: true,
  replacesPods: true,
  takesLong: true,
  targets: ['Node'],
  params: z.object({
    gracePeriodSeconds,
    force: z.boolean().default(false).describe('Also evict pods without a controller; nothing replaces them.'),
    deleteEmptyDirData: z.boolean().default(false).describe('Also evict pods with an emptyDir; its data is lost.'),
    maxPods: z
      .int()
      .min(1)
      .max(500)
      .default(100)
      .describe('Refuse to drain a node if more pods than this would be evicted.'),
  }),
  permissions: [
    { apiGroups: [''], resources: ['nodes'], verbs: ['patch'] },
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get'], everywhere: true },
    { apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'], everywhere: true },
    // Which nodes reach the volumes of its pods, whose namespaces no policy may name.
    { apiGroups: [''], resources: ['persistentvolumeclaims'], verbs: ['get'], everywhere: true },
  ],
  // Whether it is empty, only its pods show.
  alreadyDone: () => undefined,
  run: drain,
  undo: {
    words: 'uncordons the node, if the cordon is still its own; evicted pods stay where they are',
    run: takeCordonBack,
  },
});
