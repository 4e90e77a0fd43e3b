import { z } from 'zod';
import { raisedMemory } from '../../domain/memory-raise.ts';
import { quantityShape } from '../../domain/quantity.ts';
import type { Workload } from '../../domain/workload.ts';
import { mustBeAllowed } from '../managed-elsewhere.ts';
import { raiseInPlace, takeBackInPlace } from '../memory-in-place.ts';
import { type MemoryMark, memoryMarks as marks } from '../memory-mark.ts';
import { inWords, mustRollOut, unfit } from '../rollout-refusal.ts';
import { nothingToTakeBack } from '../step-mark.ts';
import { type ActionContext, defineAction } from './define-action.ts';

const params = z.object({
  container: z
    .string()
    .min(1)
    .max(63)
    .optional()
    .describe('Name of the container; without it the one that has a limit.'),
  byPercent: z.int().min(1).max(400).default(50).describe('How much higher the limit shall be, in whole mebibytes.'),
  atMost: z
    .string()
    .max(20)
    .regex(quantityShape, 'must be a quantity such as 512Mi or 2Gi')
    .describe('The limit is never raised above this.'),
  inPlace: z
    .enum(['Try', 'Never'])
    .default('Try')
    .describe(
      'Try: of the faulty pod alone and without a restart where the cluster can; else, and with Never, in the template.',
    ),
});

type Raise = Omit<MemoryMark, 'token'>;

/** What the step changes of the template, whatever way it goes. Throws NOT_APPLICABLE. */
function raiseOf(target: Workload, { container: named, ...by }: z.output<typeof params>): Raise {
  const { containers = [] } = target;
  const [container, ...others] = containers.filter(({ name, memoryLimit }) =>
    named === undefined ? memoryLimit !== undefined : name === named,
  );
  if (container === undefined)
    throw unfit(target, named ? `it has no container ${named}` : 'no container has a memory limit');
  if (others.length > 0) throw unfit(target, 'several containers have a memory limit, and the step names none of them');
  const to = raisedMemory(container, by);
  if ('refusal' in to) throw unfit(target, `container ${container.name} ${to.refusal}`);
  const { name, memoryLimit: limit = '', memoryRequest } = container;
  const from = { limit, ...(to.request !== undefined && memoryRequest !== undefined && { request: memoryRequest }) };
  return { container: name, from, to };
}

/** A VerticalPodAutoscaler sets the memory of new pods whatever the template says. Throws MANAGED_ELSEWHERE. */
async function mustNotBeSetVertically({ cluster, target, allowedManagers }: ActionContext<Workload>): Promise<void> {
  const vertical = (await cluster.listVerticalAutoscalersOf(target.ref)).find(({ mode }) => mode !== 'Off');
  if (vertical === undefined) return;
  const { namespace, name } = vertical.ref;
  const manager = { tool: 'VPA', name: `${namespace}/${name}`, ownerKind: 'VerticalPodAutoscaler' };
  mustBeAllowed(target.ref, manager, { allowed: allowedManagers });
}

/** Gives a container more memory, in the faulty pod alone or in all of them; what it had stands on the workload. */
export default defineAction({
  name: 'raiseMemoryLimit',
  summary: 'Raise the memory limit of a container up to a cap: in the faulty pod in place, or in the template.',
  risk: 'medium',
  takesPodAway: false,
  targets: ['Workload'],
  changesSpec: true,
  params,
  permissions: [
    { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['patch'] },
    { apiGroups: [''], resources: ['pods/resize'], verbs: ['patch'] },
    { apiGroups: ['autoscaling.k8s.io'], resources: ['verticalpodautoscalers'], verbs: ['list'] },
  ],
  alreadyDone(target, token) {
    const mark = marks.known(target.annotations, token);
    // In place the note comes first: only a look at the pod says how far it went.
    if (mark === undefined || (mark.pod !== undefined && !mark.isBack)) return undefined;
    return { summary: `the memory limit of ${inWords(target)} was raised to ${mark.to.limit} by this step already` };
  },
  async run(context, given) {
    const { cluster, target, token, dryRun } = context;
    const begun = marks.ours(target.annotations, token);
    if (begun !== undefined) {
      const resumed = await raiseInPlace(context, begun);
      if (resumed !== undefined) return resumed;
      throw unfit(target, `its pod ${begun.pod?.name} cannot be given more in place any more`);
    }
    mustRollOut(target);
    await mustNotBeSetVertically(context);
    const raise = raiseOf(target, given);
    const inPlace = given.inPlace === 'Try' ? await raiseInPlace(context, { ...raise, token }) : undefined;
    if (inPlace !== undefined) return inPlace;
    const { container, from, to } = raise;
    await cluster.changeWorkload(
      target,
      { kind: 'memory', container, to },
      marks.marking({ token, ...raise }, { token, dryRun }),
    );
    return {
      summary: `raised the memory limit of ${container} in ${inWords(target)} from ${from.limit} to ${to.limit}`,
    };
  },
  patch(target, given) {
    const { container, to } = raiseOf(target, given);
    const { kind, name, namespace } = target.ref;
    const request = to.request === undefined ? '' : `\n            requests: { memory: ${to.request} }`;
    return `kind: ${kind}\nmetadata: { name: ${name}, namespace: ${namespace} }
spec:
  template:
    spec:
      containers:
        - name: ${container}
          resources:
            limits: { memory: ${to.limit} }${request}`;
  },
  undo: {
    words: 'puts the old limit back, if nobody has changed it since',
    async run(context) {
      const { cluster, target, token, dryRun } = context;
      const mark = marks.ours(target.annotations, token);
      if (mark === undefined) return nothingToTakeBack;
      const { container, from, to, pod } = mark;
      if (pod !== undefined) return takeBackInPlace(context, { ...mark, pod });
      const live = target.containers?.find(({ name }) => name === container);
      if (live?.memoryLimit !== to.limit)
        throw unfit(target, `somebody changed the memory limit of ${container} since`);
      const marking = marks.marking({ ...mark, isBack: true }, { token, dryRun });
      await cluster.changeWorkload(target, { kind: 'memory', container, to: from }, marking);
      return { summary: `put the memory limit of ${container} in ${inWords(target)} back to ${from.limit}` };
    },
  },
});
