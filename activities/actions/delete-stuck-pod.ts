import { z } from 'zod';
import { MendflowError } from '../../domain/run/errors.ts';
import { graceToAsk, type Pod } from '../../domain/target/pod.ts';
import type { Workload } from '../../domain/target/workload.ts';
import { defineAction, gracePeriodSeconds } from './define-action.ts';

const revisionLabel = 'controller-revision-hash';

/** Why the pod does not stand in the way of its StatefulSet, or undefined when it does. */
const why: readonly ((pod: Pod, set: Workload) => string | undefined)[] = [
  (_, { isOrdered }) => (isOrdered ? undefined : 'its StatefulSet starts its pods in parallel, so none waits for it'),
  (_, { strategy }) => (strategy === 'OnDelete' ? 'the strategy OnDelete leaves old pods as they are' : undefined),
  (_, set) => (set.observedGeneration < set.generation ? 'its controller has not seen the latest change' : undefined),
  ({ isReady }) => (isReady ? 'it is Ready' : undefined),
  ({ labels }, { updateRevision }) =>
    labels[revisionLabel] === updateRevision ? 'it is of the revision that is wanted' : undefined,
  ({ ref }, { partition }) => (ordinalOf(ref.name) < partition ? `it is below the partition ${partition}` : undefined),
];

const ordinalOf = (name: string) => Number(name.slice(name.lastIndexOf('-') + 1));

/**
 * Takes away a pod of a bad revision that its StatefulSet waits for in vain; only after the template is good again. It asks
 * no disruption budget, so a person has to be asked (G10).
 */
export default defineAction({
  name: 'deleteStuckPod',
  summary:
    'Delete the pod of an earlier revision that never got Ready and blocks its StatefulSet’s rollout, once the template is right again.',
  risk: 'medium',
  takesPodAway: true,
  needsApproval: true,
  targets: ['Pod'],
  params: z.object({ gracePeriodSeconds }),
  permissions: [{ apiGroups: [''], resources: ['pods'], verbs: ['delete'] }],
  alreadyDone: ({ ref, isTerminating }) =>
    isTerminating ? { summary: `pod ${ref.namespace}/${ref.name} is being deleted already` } : undefined,
  async run({ cluster, target, dryRun }, params) {
    const { ref, owner } = target;
    const label = `pod ${ref.namespace}/${ref.name}`;
    const set =
      owner?.kind === 'StatefulSet' ? await cluster.getWorkload('StatefulSet', ref.namespace, owner.name) : undefined;
    if (set === undefined || set.ref.uid !== owner?.uid) {
      throw new MendflowError('NOT_APPLICABLE', `${label} belongs to no StatefulSet`);
    }
    const reason = why.map((rule) => rule(target, set)).find((found) => found !== undefined);
    if (reason !== undefined) throw new MendflowError('NOT_APPLICABLE', `${label} blocks no rollout: ${reason}`);
    await cluster.deletePod(ref, { gracePeriodSeconds: graceToAsk(target, params.gracePeriodSeconds), dryRun });
    return { summary: `deleted ${label}, which blocked the rollout of revision ${set.updateRevision}` };
  },
});
