import { z } from 'zod';
import { defineAction } from './define-action.ts';

/** Takes one pod away without asking its disruption budget, which is why a person has to be asked. */
export default defineAction({
  name: 'deletePod',
  summary: 'Delete the pod, whatever its disruption budget says, so that its controller starts a fresh one.',
  risk: 'high',
  takesPodAway: true,
  needsApproval: true,
  targets: ['Pod'],
  params: z.object({
    gracePeriodSeconds: z.int().min(1).max(3_600).default(30).describe('Time the pod has to stop, in seconds.'),
  }),
  permissions: [{ apiGroups: [''], resources: ['pods'], verbs: ['delete'] }],
  alreadyDone: ({ ref, isTerminating }) =>
    isTerminating ? { summary: `pod ${ref.namespace}/${ref.name} is on its way out already` } : undefined,
  async run({ cluster, target, dryRun }, { gracePeriodSeconds }) {
    await cluster.deletePod(target.ref, { gracePeriodSeconds, dryRun });
    return { summary: `deleted pod ${target.ref.namespace}/${target.ref.name}` };
  },
});
