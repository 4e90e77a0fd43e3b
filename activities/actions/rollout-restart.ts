import { z } from 'zod';
import { restartAnnotation } from '../kubernetes/port.ts';
import { inWords, mustRollOut } from '../rollout-refusal.ts';
import { defineAction } from './define-action.ts';

/** Replaces all pods of a workload by its own rollout; our token on the template makes a repeat recognisable. */
export default defineAction({
  name: 'rolloutRestart',
  summary: 'Restart the workload’s pods one after another, as its rollout strategy says.',
  risk: 'medium',
  takesPodAway: false,
  replacesPods: true,
  targets: ['Workload'],
  marksTemplate: true,
  params: z.object({}),
  permissions: [{ apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['patch'] }],
  alreadyDone: ({ ref, templateAnnotations }, token) =>
    templateAnnotations[restartAnnotation] === token
      ? { summary: `${ref.kind} ${ref.name} was restarted by this step already` }
      : undefined,
  async run({ cluster, target, token, askedAtMs, dryRun }) {
    mustRollOut(target);
    await cluster.restartWorkload(target.ref, { token, atMs: askedAtMs, dryRun });
    return { summary: `restarted ${inWords(target)}` };
  },
});
