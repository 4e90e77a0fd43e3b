import { z } from 'zod';
import { MendflowError } from '../../domain/run/errors.ts';
import { kubernetesName } from '../../domain/text/names.ts';
import { signatureOf } from '../signature.ts';
import { defineAction } from './define-action.ts';

/**
 * Posts the alert and the target to an endpoint of the configuration. 2xx is done, 409 was done before, 422 is
 * NOT_APPLICABLE; every other answer is STEP_FAILED or, where it may pass, RECEIVER_UNAVAILABLE.
 */
export default defineAction({
  name: 'httpCall',
  summary:
    'POST alert and target, signed, to an endpoint that the operator configured (actions.endpoints). 2xx: done; 409: done before; 422: does not apply. Idempotency-Key is the step’s own.',
  risk: 'high',
  takesPodAway: false,
  targets: ['Workload', 'Job', 'Node'],
  params: z.object({
    endpoint: z
      .string()
      .regex(kubernetesName, 'must be a name of actions.endpoints')
      .describe('Name of the endpoint in the configuration; a policy names no URL.'),
  }),
  permissions: [],
  // Only the endpoint knows.
  alreadyDone: () => undefined,
  async run({ outside, alert, target, token, dryRun, wait }, { endpoint: name }) {
    const endpoint = outside.endpoint(name);
    const summary = `called endpoint ${name}`;
    if (dryRun) return { summary };
    const body = JSON.stringify({ alert, target: target.ref, token, cluster: alert.cluster, dryRun: false });
    const headers = {
      ...endpoint.headers,
      'content-type': 'application/json',
      'idempotency-key': token,
      ...signatureOf(endpoint.secret, body, wait.now()),
    };
    const status = await wait.during(outside.send(endpoint, { headers, body }));
    if (status >= 200 && status < 300) return { summary };
    if (status === 409) return { summary: `endpoint ${name} had done it before`, changed: false };
    const code = status === 422 ? 'NOT_APPLICABLE' : 'STEP_FAILED';
    throw new MendflowError(code, `endpoint ${name} answered ${status}`);
  },
});
