import { z } from 'zod';
import { objectLabels } from '../../domain/alert/exporter-labels.ts';
import { containerToRaise, raisedMemory } from '../../domain/target/memory-raise.ts';
import { quantityShape } from '../../domain/target/quantity.ts';
import type { WorkloadKind } from '../../domain/target/target.ts';
import type { Workload } from '../../domain/target/workload.ts';
import { mustBeAllowed } from '../managed-elsewhere.ts';
import { type InPlace, leaveInPlace, podOf, raiseInPlace, takeBackInPlace } from '../memory-in-place.ts';
import { type MemoryMark, memoryMarks as marks } from '../memory-mark.ts';
import { inWords, mustRollOut, unfit } from '../rollout-refusal.ts';
import { nothingToTakeBack } from '../step-mark.ts';
import { vanished } from '../step-target.ts';
import { type ActionContext, type ActionResult, defineAction, type Seen } from './define-action.ts';

const params = z.object({
  container: z
    .string()
    .min(1)
    .max(63)
    .optional()
    .describe(
      'Name of the container; default: the one that was OOMKilled, or that the alert names, or the only one with a limit.',
    ),
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
      'Try: raise it in the faulty pod alone, without a restart, if the container runs and the node grants it within seconds; otherwise in the template. Never: always in the template.',
    ),
});

type Raise = Omit<MemoryMark, 'token'>;

/** What the step changes, whatever way it goes, and whether the template can be changed so. Throws NOT_APPLICABLE. */
function raiseOf(
  target: Workload,
  { container: named, byPercent, atMost }: z.output<typeof params>,
  seen: Seen,
): Raise & { isInjected: boolean } {
  const meant = containerToRaise({ template: target.containers ?? [], named, ...seen });
  if (meant.kind === 'refused') throw unfit(target, meant.why);
  const { container } = meant;
  const raised = raisedMemory(container, { byPercent, atMost });
  if (raised.kind === 'refused') throw unfit(target, `container ${container.name} ${raised.why}`);
  const { to } = raised;
  const { name, memoryLimit: limit = '', memoryRequest, isInjected } = container;
  const from = { limit, ...(to.request !== undefined && memoryRequest !== undefined && { request: memoryRequest }) };
  return { container: name, from, to, isInjected };
}

/** The raise, for the container that the pod shows to need it. */
async function raiseFor(context: ActionContext<Workload>, given: z.output<typeof params>) {
  const { target, alert, askedAtMs } = context;
  const pod = context.pod && (await podOf(context, context.pod));
  return raiseOf(target, given, { pod, labelled: objectLabels(alert.labels).container, nowMs: askedAtMs });
}

/** What an earlier attempt of this step had decided. */
function again(target: Workload, { container, from, to }: MemoryMark) {
  const isInjected = target.containers?.every(({ name }) => name !== container) ?? true;
  return { container, from, to, isInjected };
}

async function raiseInTemplate(
  { cluster, token, dryRun, ...context }: ActionContext<Workload>,
  raise: Raise,
  why: string,
): Promise<ActionResult> {
  const { container, from, to } = raise;
  // A note on a Deployment raises its generation, by which the write is fenced.
  const { ref } = context.target;
  const target = await cluster.getWorkload(ref.kind as WorkloadKind, ref.namespace, ref.name);
  const gone = vanished(ref, target);
  if (gone !== undefined || target === undefined) throw gone;
  const live = target.containers?.find((one) => one.name === container);
  if (live?.memoryLimit !== from.limit) throw unfit(target, `somebody changed the memory limit of ${container} since`);
  mustRollOut(target);
  const marking = marks.marking({ token, container, from, to }, { token, dryRun });
  await cluster.changeWorkload(target, { kind: 'memory', container, to }, marking);
  const limits = `from ${from.limit} to ${to.limit}`;
  return { summary: `raised the memory limit of ${container} in ${inWords(target)} ${limits}${why}` };
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
  replacesPods: true,
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
    const { target, token } = context;
    const begun = marks.ours(target.annotations, token);
    if (begun === undefined) {
      mustRollOut(target);
      await mustNotBeSetVertically(context);
    }
    const { isInjected, ...raise } = begun === undefined ? await raiseFor(context, given) : again(target, begun);
    const isTried = begun !== undefined || given.inPlace === 'Try';
    const tried: InPlace = isTried
      ? await raiseInPlace(context, begun ?? { ...raise, token })
      : { kind: 'left', why: 'the policy wants it in the template' };
    if (tried.kind === 'done') return tried.result;
    if (!isInjected) return raiseInTemplate(context, raise, isTried ? `; not in place: ${tried.why}` : '');
    const { pod } = context;
    if (!context.dryRun && pod !== undefined) await leaveInPlace(context, { ...raise, token, pod });
    const where = `container ${raise.container} is not in its template`;
    throw unfit(target, `${where}: raise its limit where it is injected; in place it was not raised: ${tried.why}`);
  },
  patch(target, given, seen) {
    const { container, to, isInjected } = raiseOf(target, given, seen);
    // Whoever injects it says what it may use.
    if (isInjected) return undefined;
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
