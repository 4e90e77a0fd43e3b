import { z } from 'zod';
import { managedBy } from '../../domain/target/managed-by.ts';
import type { Workload } from '../../domain/target/workload.ts';
import type { Autoscaler, Cluster } from '../kubernetes/port.ts';
import { mustNotBeManaged } from '../managed-elsewhere.ts';
import { unfit } from '../rollout-refusal.ts';
import { defineStepMark, nothingToTakeBack } from '../step-mark.ts';
import { defineAction } from './define-action.ts';

const marks = defineStepMark('mendflow.dev/max-raised', { from: z.int(), to: z.int() });
const mostReplicas = 1_000;

const params = z
  .object({
    byPercent: z.int().min(1).max(900).optional().describe('How much higher the maximum shall be, rounded up.'),
    to: z.int().min(1).max(mostReplicas).optional().describe('The new maximum.'),
    atMost: z.int().min(1).max(mostReplicas).describe('The maximum is never raised above this.'),
  })
  .refine(({ byPercent, to }) => (byPercent === undefined) !== (to === undefined), {
    message: 'needs exactly one of byPercent and to',
  });

const raised = (max: number, { byPercent = 0, to, atMost }: z.output<typeof params>) =>
  Math.min(atMost, to ?? Math.ceil((max * (100 + byPercent)) / 100));

/** The one autoscaler of the workload; of several nobody can say which one holds it. */
async function autoscalerOf(cluster: Cluster, target: Workload): Promise<Autoscaler> {
  const [first, ...others] = await cluster.listAutoscalersOf(target.ref);
  if (first === undefined) throw unfit(target, 'no HorizontalPodAutoscaler scales it');
  if (others.length > 0) throw unfit(target, `${others.length + 1} HorizontalPodAutoscalers scale it`);
  return first;
}

const patchOf = ({ ref }: Pick<Autoscaler, 'ref'>, max: number | string) =>
  `kind: HorizontalPodAutoscaler\nmetadata: { name: ${ref.name}, namespace: ${ref.namespace} }\nspec:\n  maxReplicas: ${max}`;

/** KEDA writes the autoscaler from its ScaledObject, which has the maximum under another name. */
function patchFor(autoscaler: Autoscaler, max: number): string {
  const { tool, name } = managedBy(autoscaler) ?? {};
  if (tool !== 'KEDA' || name === undefined) return patchOf(autoscaler, max);
  const [namespace, scaledObject] = name.split('/');
  return `kind: ScaledObject\nmetadata: { name: ${scaledObject}, namespace: ${namespace} }\nspec:\n  maxReplicaCount: ${max}`;
}

/** Raises the maximum of the autoscaler that has reached it; the note of the step stands on the autoscaler. */
export default defineAction({
  name: 'raiseHpaMax',
  summary:
    'Raise the maximum of the workload’s HorizontalPodAutoscaler, up to a cap, if the autoscaler has reached it.',
  risk: 'medium',
  takesPodAway: false,
  targets: ['Workload'],
  changesSpec: true,
  params,
  permissions: [{ apiGroups: ['autoscaling'], resources: ['horizontalpodautoscalers'], verbs: ['patch'] }],
  // The note stands on the autoscaler, which only a read of it shows.
  alreadyDone: () => undefined,
  async run({ cluster, target, token, dryRun, allowedManagers }, given) {
    const autoscaler = await autoscalerOf(cluster, target);
    const { name } = autoscaler.ref;
    const done = marks.known(autoscaler.annotations, token);
    if (done)
      return { summary: `the maximum of ${name} was raised to ${done.to} by this step already`, changed: false };
    const { max: from, desired, current } = autoscaler;
    if (Math.max(desired, current) < from) throw unfit(target, `${name} wants ${desired} of at most ${from} replicas`);
    const to = raised(from, given);
    if (to <= from) throw unfit(target, `the maximum of ${name} is ${from}, and this step raises it to ${to} at most`);
    mustNotBeManaged(autoscaler, { allowed: allowedManagers, patch: patchFor(autoscaler, to) });
    await cluster.setAutoscalerMax(autoscaler, to, marks.marking({ token, from, to }, { token, dryRun }));
    return { summary: `raised the maximum of HorizontalPodAutoscaler ${name} from ${from} to ${to} replicas` };
  },
  patch({ ref }, { byPercent, to, atMost }) {
    const max = to === undefined ? `<${byPercent} % more than now, at most ${atMost}>` : Math.min(to, atMost);
    return patchOf({ ref: { ...ref, name: `<the one that scales ${ref.kind} ${ref.name}>` } }, max);
  },
  undo: {
    words: 'lowers the maximum to what it was, if nobody has changed it since',
    async run({ cluster, target, token, dryRun }) {
      const found = await cluster.listAutoscalersOf(target.ref);
      const autoscaler = found.find(({ annotations }) => marks.ours(annotations, token) !== undefined);
      const mark = autoscaler && marks.ours(autoscaler.annotations, token);
      if (autoscaler === undefined || mark === undefined) return nothingToTakeBack;
      const { from, to } = mark;
      if (autoscaler.max !== to) throw unfit(target, `somebody set the maximum to ${autoscaler.max} since`);
      await cluster.setAutoscalerMax(autoscaler, from, marks.marking({ ...mark, isBack: true }, { token, dryRun }));
      return { summary: `lowered the maximum of HorizontalPodAutoscaler ${autoscaler.ref.name} from ${to} to ${from}` };
    },
  },
});
