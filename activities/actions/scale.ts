import { z } from 'zod';
import { managedBy } from '../../domain/target/managed-by.ts';
import type { Workload } from '../../domain/target/workload.ts';
import { inWords, unfit } from '../rollout-refusal.ts';
import { defineStepMark, nothingToTakeBack } from '../step-mark.ts';
import { defineAction } from './define-action.ts';

const marks = defineStepMark('mendflow.dev/scaled', { from: z.int(), to: z.int() });
const mostReplicas = 1_000;

const params = z
  .object({
    replicas: z.int().min(1).max(mostReplicas).optional().describe('The new number of pods.'),
    add: z.int().min(1).max(mostReplicas).optional().describe('How many pods to add.'),
    factor: z.number().gt(1).max(10).optional().describe('By which factor to multiply the number of pods, rounded up.'),
    max: z.int().min(1).max(mostReplicas).optional().describe('With add or factor: never more pods than this.'),
  })
  .refine((given) => [given.replicas, given.add, given.factor].filter((one) => one !== undefined).length === 1, {
    message: 'needs exactly one of replicas, add and factor',
  })
  .refine((given) => given.replicas !== undefined || given.max !== undefined, {
    path: ['max'],
    message: 'is needed beside add and factor',
  });

/** How many pods it shall have; computed once, since the write is fenced by what was read. */
function wanted({ desired }: Workload, { replicas, add = 0, factor = 1, max = mostReplicas }: z.output<typeof params>) {
  return replicas ?? Math.min(max, Math.ceil(desired * factor) + add);
}

/** Gives a workload more pods; never fewer, never of one that a person or an autoscaler holds at its number. */
export default defineAction({
  name: 'scale',
  summary: 'Give the workload more pods: an absolute number, or more than now up to a cap.',
  risk: 'medium',
  takesPodAway: false,
  targets: ['Workload'],
  changesSpec: true,
  params,
  permissions: [{ apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'replicasets'], verbs: ['patch'] }],
  alreadyDone(target, token) {
    const mark = marks.known(target.annotations, token);
    return mark && { summary: `${inWords(target)} was scaled to ${mark.to} by this step already` };
  },
  async run({ cluster, target, token, dryRun }, given) {
    const { desired: from, ref } = target;
    if (ref.kind === 'DaemonSet') throw unfit(target, 'a DaemonSet has a pod on each node');
    if (from === 0) throw unfit(target, 'somebody scaled it to zero');
    const to = wanted(target, given);
    if (to <= from) throw unfit(target, `it has ${from} replicas, and this step gives it ${to}`);
    const [autoscaler] = await cluster.listAutoscalersOf(ref);
    if (autoscaler !== undefined) {
      const { ownerKind, name } = managedBy(autoscaler) ?? {};
      const of = ownerKind === undefined ? '' : `, which ${ownerKind} ${name} writes,`;
      throw unfit(target, `HorizontalPodAutoscaler ${autoscaler.ref.name}${of} holds its number of replicas`);
    }
    await cluster.changeWorkload(
      target,
      { kind: 'replicas', to },
      marks.marking({ token, from, to }, { token, dryRun }),
    );
    return { summary: `scaled ${inWords(target)} from ${from} to ${to} replicas` };
  },
  patch(target, given) {
    const { kind, name, namespace } = target.ref;
    return `kind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }\nspec:\n  replicas: ${wanted(target, given)}`;
  },
  undo: {
    words: 'scales back to what it was, if nobody has scaled it since',
    async run({ cluster, target, token, dryRun }) {
      const mark = marks.ours(target.annotations, token);
      if (mark === undefined) return nothingToTakeBack;
      const { from, to } = mark;
      if (target.desired !== to) throw unfit(target, `somebody scaled it to ${target.desired} since`);
      const marking = marks.marking({ ...mark, isBack: true }, { token, dryRun });
      await cluster.changeWorkload(target, { kind: 'replicas', to: from }, marking);
      return { summary: `scaled ${inWords(target)} back from ${to} to ${from} replicas` };
    },
  },
});
