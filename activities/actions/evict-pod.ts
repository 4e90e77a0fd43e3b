import { z } from 'zod';
import { graceToAsk } from '../../domain/target/pod.ts';
import { defineAction, gracePeriodSeconds } from './define-action.ts';

/** Takes one pod away through the eviction API; refuses with EVICTION_BLOCKED when a disruption budget says no. */
export default defineAction({
  name: 'evictPod',
  summary: 'Evict the pod, honouring its disruption budget, so that its controller starts a fresh one.',
  risk: 'low',
  takesPodAway: true,
  targets: ['Pod'],
  params: z.object({ gracePeriodSeconds }),
  permissions: [{ apiGroups: [''], resources: ['pods/eviction'], verbs: ['create'] }],
  alreadyDone: ({ ref, isTerminating }) =>
    isTerminating ? { summary: `pod ${ref.namespace}/${ref.name} is being deleted already` } : undefined,
  async run({ cluster, target, dryRun }, params) {
    await cluster.evictPod(target.ref, { gracePeriodSeconds: graceToAsk(target, params.gracePeriodSeconds), dryRun });
    return { summary: `evicted pod ${target.ref.namespace}/${target.ref.name}` };
  },
});
