import { z } from 'zod';
import { MendflowError } from '../../domain/run/errors.ts';
import { defineAction } from './define-action.ts';

/**
 * Calls a path of the pod that the operator allowed, through the API server. Its Idempotency-Key is the step's own; a
 * pod that answers 409 had done it before. Throws STEP_FAILED when the pod says no.
 */
export default defineAction({
  name: 'clearCache',
  summary:
    'Call an HTTP path of the pod that clears its cache; the operator lists which paths may be called (actions.clearCache.paths). Let a restart follow it for the case that clearing does not help.',
  risk: 'medium',
  takesPodAway: false,
  targets: ['Pod'],
  params: z.object({
    port: z.int().min(1).max(65_535).describe('Port of the pod.'),
    path: z.string().min(1).max(500).describe('Path to call, exactly as actions.clearCache.paths has it.'),
    method: z.enum(['GET', 'POST', 'DELETE']).default('POST').describe('How it is called.'),
  }),
  permissions: [{ apiGroups: [''], resources: ['pods/proxy'], verbs: ['create', 'delete', 'get'] }],
  // Only the pod knows.
  alreadyDone: () => undefined,
  async run({ cluster, outside, target, token, dryRun, wait }, call) {
    const { namespace, name } = target.ref;
    if (!outside.mayCall(call.path)) {
      throw new MendflowError(
        'NOT_APPLICABLE',
        `actions.clearCache.paths of the configuration does not list ${call.path}`,
      );
    }
    const summary = `called ${call.method} ${call.path} of pod ${namespace}/${name}`;
    // The proxy knows no dry run.
    if (dryRun) return { summary };
    const isNew = await wait.during(cluster.callPod(target.ref, { ...call, key: token }));
    return isNew ? { summary } : { summary: `pod ${namespace}/${name} had cleared it before`, changed: false };
  },
});
