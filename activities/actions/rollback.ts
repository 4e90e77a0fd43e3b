import { z } from 'zod';
import { MendflowError } from '../../domain/run/errors.ts';
import { noChangeBefore } from '../../domain/target/change-before.ts';
import type { Workload } from '../../domain/target/workload.ts';
import type { Cluster, Revision } from '../kubernetes/port.ts';
import { inWords, mustRollOut, unfit } from '../rollout-refusal.ts';
import { defineStepMark, nothingToTakeBack } from '../step-mark.ts';
import { defineAction } from './define-action.ts';

/** Names of revisions; `left` are those that rollbacks went away from, which no later one goes to. */
const marks = defineStepMark('mendflow.dev/rolled-back', {
  from: z.string(),
  to: z.string(),
  left: z.array(z.string()),
});
const leftKept = 10;

/** Its revisions, and which one its template is. Throws CONFLICT while its controller has not seen the latest change. */
async function revisionsOf(cluster: Cluster, target: Workload): Promise<{ current: Revision; all: Revision[] }> {
  const unseen = () =>
    new MendflowError('CONFLICT', `${inWords(target)}: its controller has not seen its template yet`);
  if (target.observedGeneration < target.generation) throw unseen();
  const all = await cluster.listRevisions(target);
  const current = all.find(({ isCurrent }) => isCurrent);
  if (current === undefined) throw unseen();
  return { current, all };
}

/** The newest older template that is another one; first of all one that has pods which are well right now. */
function chosen(all: readonly Revision[], current: Revision, left: readonly string[]): Revision | undefined {
  const older = all.filter(
    ({ name, number, content }) => number < current.number && content !== current.content && !left.includes(name),
  );
  return older.find(({ available }) => available > 0) ?? older[0];
}

const described = ({ number, images }: Revision) => `revision ${number} (${images.join(', ')})`;

/** Puts back an earlier template; which one is decided once and kept on the object in the same write. */
export default defineAction({
  name: 'rollback',
  summary: 'Put the workload’s previous template back, as kubectl rollout undo does, and let it roll out.',
  risk: 'high',
  takesPodAway: false,
  replacesPods: true,
  targets: ['Workload'],
  changesSpec: true,
  params: z.object({
    changedWithinMinutes: z
      .int()
      .min(1)
      .max(10_080)
      .optional()
      .describe(
        'Roll back only if the template changed within this many minutes before the alert began. Default: no limit.',
      ),
  }),
  permissions: [
    { apiGroups: ['apps'], resources: ['deployments', 'statefulsets', 'daemonsets'], verbs: ['patch'] },
    { apiGroups: ['apps'], resources: ['controllerrevisions'], verbs: ['list'] },
  ],
  alreadyDone(target, token) {
    const mark = marks.known(target.annotations, token);
    return mark && { summary: `${inWords(target)} was rolled back to ${mark.to} by this step already` };
  },
  async run({ cluster, target, token, dryRun, alert }, { changedWithinMinutes }) {
    mustRollOut(target);
    const { current, all } = await revisionsOf(cluster, target);
    if (changedWithinMinutes !== undefined) {
      const asked = { faultAtMs: Date.parse(alert.startsAt), withinMs: changedWithinMinutes * 60_000 };
      const why = noChangeBefore(all, asked);
      if (why !== undefined) throw unfit(target, why);
    }
    const before = marks.read(target.annotations)?.left ?? [];
    const to = chosen(all, current, before);
    if (to === undefined) throw unfit(target, 'there is no earlier revision with another template to go back to');
    const left = [...new Set([current.name, ...before])].slice(0, leftKept);
    const marking = marks.marking({ token, from: current.name, to: to.name, left }, { token, dryRun });
    await cluster.changeWorkload(target, { kind: 'template', to }, marking);
    return { summary: `rolled ${inWords(target)} back from ${described(current)} to ${described(to)}` };
  },
  patch({ ref, containers = [] }) {
    const now = containers.map(
      ({ name, image }) => `        - name: ${name}\n          image: <the one before ${image}>`,
    );
    const head = `kind: ${ref.kind}\nmetadata: { name: ${ref.name}, namespace: ${ref.namespace} }`;
    const why = '# Revert the change that made the present template.';
    return [why, head, 'spec:\n  template:\n    spec:\n      containers:', ...now].join('\n');
  },
  undo: {
    words: 'rolls forward to the template that it was rolled back from, if nobody has changed it since',
    async run({ cluster, target, token, dryRun }) {
      const mark = marks.ours(target.annotations, token);
      if (mark === undefined) return nothingToTakeBack;
      const { current, all } = await revisionsOf(cluster, target);
      if (current.name !== mark.to) throw unfit(target, `somebody changed its template to ${described(current)} since`);
      const back = all.find(({ name }) => name === mark.from);
      if (back === undefined) throw unfit(target, `revision ${mark.from} is not kept any more`);
      const left = mark.left.filter((name) => name !== mark.from);
      const marking = marks.marking({ ...mark, left, isBack: true }, { token, dryRun });
      await cluster.changeWorkload(target, { kind: 'template', to: back }, marking);
      return { summary: `rolled ${inWords(target)} forward to ${described(back)}` };
    },
  },
});
