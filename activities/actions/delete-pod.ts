import { z } from 'zod';
import { graceToAsk } from '../../domain/target/pod.ts';
import { defineAction, gracePeriodSeconds } from './define-action.ts';

/** Takes one pod away without asking its disruption budget, which is why a person has to be asked. */
export default defineAction({
  name: 'deletePod',
  summary: 'Delete the pod, whatever its disruption budget says, so that its controller starts a fresh one.',
  risk: 'high',
  takesPodAway: true,
  needsApproval: true,
  targets: ['Pod'],
  params: z.object({ gracePeriodSeconds }),
  permissions: [{ apiGroups: [''], resources: ['pods'], verbs: ['delete'] }],
  alreadyDone: ({ ref, isTerminating }) =>
    isTerminating ? { summary: `pod ${ref.namespace}/${ref.name} is being deleted already` } : undefined,
  async run({ cluster, target, dryRun }, params) {
    await cluster.deletePod(target.ref, { gracePeriodSeconds: graceToAsk(target, params.gracePeriodSeconds), dryRun });
    return { summary: `deleted pod ${target.ref.namespace}/${target.ref.name}` };
  },
});
