import { z } from 'zod';
import { copiesAnnotation, copyOfAnnotation, touchAnnotation } from '../../domain/contract.ts';
import { MendflowError } from '../../domain/errors.ts';
import { managedBy } from '../../domain/managed-by.ts';
import type { ObjectRef } from '../../domain/target.ts';
import type { Workload } from '../../domain/workload.ts';
import { nameOfStep } from '../name-of-step.ts';
import { defineAction } from './define-action.ts';

const copiesOf = ({ annotations }: Workload) => Number(annotations[copiesAnnotation] ?? 0) || 0;
const firstName = ({ ref, annotations }: Workload) => annotations[copyOfAnnotation] ?? ref.name;

/** Why the Job must not be made again, or nothing. */
const refusals: readonly ((job: Workload, atMost: number) => string | undefined)[] = [
  ({ progressFailure }) => (progressFailure === undefined ? 'it has not failed for good' : undefined),
  // A controller that the policy names is asked for before (G25).
  ({ owner, ...job }) =>
    owner === undefined || owner.kind === 'CronJob' || managedBy({ ...job, owner }) !== undefined
      ? undefined
      : `it belongs to ${owner.kind} ${owner.name}`,
  (job, atMost) =>
    copiesOf(job) >= atMost ? `it was made again ${copiesOf(job)} times already, and failed again` : undefined,
];

/**
 * Makes a failed Job again under a new name, and only then deletes the failed one, so that a crash in between loses
 * nothing. Refuses with NOT_APPLICABLE what has not failed, what another controller owns, and a copy too many.
 */
export default defineAction({
  name: 'recreateJob',
  summary: 'Make the failed Job again under a new name, whose completion is the proof; then delete the failed one.',
  risk: 'medium',
  takesPodAway: false,
  changesSpec: true,
  targets: ['Job'],
  params: z.object({
    deleteFailed: z.boolean().default(true).describe('Delete the failed Job and its pods, their logs with them.'),
    atMost: z.int().min(1).max(10).default(1).describe('How often one Job is made again at most, over all runs.'),
  }),
  permissions: [{ apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'delete'] }],
  // The failed one does not show whether the copy is there; making it again finds it.
  alreadyDone: () => undefined,
  async afterVanished({ cluster, ref, token }) {
    for (const first of [ref.name, firstNameOf(ref.name)]) {
      const copy = await cluster.getWorkload('Job', ref.namespace, nameOfStep(first, token));
      if (copy?.annotations[touchAnnotation] !== token) continue;
      return {
        summary: `made Job ${ref.namespace}/${ref.name} again before, as ${copy.ref.name}`,
        successor: copy.ref,
      };
    }
    return undefined;
  },
  patch: ({ ref }) =>
    `# delete this Job, and let its source make it again\napiVersion: batch/v1\nkind: Job\nmetadata:\n  name: ${ref.name}\n  namespace: ${ref.namespace}\n`,
  async run({ cluster, target, token, dryRun }, { deleteFailed, atMost }) {
    const { namespace, name } = target.ref;
    const why = refusals.map((rule) => rule(target, atMost)).find((reason) => reason !== undefined);
    if (why !== undefined) throw new MendflowError('NOT_APPLICABLE', `Job ${namespace}/${name}: ${why}`);
    const first = firstName(target);
    const copyName = nameOfStep(first, token);
    const known = await cluster.getWorkload('Job', namespace, copyName);
    const annotations = { [copyOfAnnotation]: first, [copiesAnnotation]: String(copiesOf(target) + 1) };
    const successor: ObjectRef = await cluster.copyJob(target.ref, { name: copyName, token, annotations, dryRun });
    if (deleteFailed) await cluster.deleteJob(target.ref, { dryRun });
    const summary = `made Job ${namespace}/${name} again as ${copyName}${deleteFailed ? ', and deleted it' : ''}`;
    return { summary, successor, ...(known !== undefined && !deleteFailed && { changed: false as const }) };
  },
});

/** A copy carries the name of the first one, before the digest of its step. */
const firstNameOf = (name: string) => name.replace(/-[0-9a-f]{8}$/, '');
