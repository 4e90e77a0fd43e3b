import { z } from 'zod';
import { copiesAnnotation, copyOfAnnotation, touchAnnotation } from '../../domain/run/contract.ts';
import { MendflowError } from '../../domain/run/errors.ts';
import { completedCopy, copiesMade, copyRefusal, firstNameOf, type JobFamily } from '../../domain/target/job-copies.ts';
import { managedBy } from '../../domain/target/managed-by.ts';
import type { Workload } from '../../domain/target/workload.ts';
import { copiesMarks, familyOf } from '../job-copies.ts';
import { nameOfStep } from '../name-of-step.ts';
import { inWords, unfit } from '../rollout-refusal.ts';
import { defineAction } from './define-action.ts';

/** Why the Job must not be made again, or nothing. */
const refusals: readonly ((job: Workload) => string | undefined)[] = [
  ({ progressFailure }) => (progressFailure === undefined ? 'it has not failed for good' : undefined),
  // A controller that the policy names is asked for before (G25).
  ({ owner, ...job }) =>
    owner === undefined || owner.kind === 'CronJob' || managedBy({ ...job, owner }) !== undefined
      ? undefined
      : `it belongs to ${owner.kind} ${owner.name}`,
];

/** Throws NOT_APPLICABLE for a copy too many, and FAULT_GONE where one has done the work. */
function mayBeMadeAgain(family: JobFamily, { token, atMost }: { token: string; atMost: number }): void {
  const { job } = family;
  const done = completedCopy(family.copies);
  if (done !== undefined)
    throw new MendflowError('FAULT_GONE', `${inWords(job)}: its copy ${done.ref.name} has done the work`);
  const why = refusals.map((rule) => rule(job)).find((reason) => reason !== undefined);
  const refused = why ?? copyRefusal(family, { token, atMost });
  if (refused !== undefined) throw unfit(job, refused);
}

/**
 * Makes a failed Job again under a new name, and only then deletes the failed one, so that a crash in between loses
 * nothing. Refuses with NOT_APPLICABLE what has not failed, what another controller owns, and a copy too many over all
 * runs, and with FAULT_GONE a Job whose copy has done the work.
 */
export default defineAction({
  name: 'recreateJob',
  summary: 'Create the failed Job again under a new name. As soon as the copy is created, delete the failed Job.',
  risk: 'medium',
  takesPodAway: false,
  replacesPods: true,
  changesSpec: true,
  targets: ['Job'],
  params: z.object({
    deleteFailed: z.boolean().default(true).describe('Delete the failed Job and its pods; their logs are lost.'),
    atMost: z.int().min(1).max(10).default(1).describe('How often one Job is created again at most, over all runs.'),
  }),
  permissions: [{ apiGroups: ['batch'], resources: ['jobs'], verbs: ['create', 'patch', 'delete'] }],
  // The failed one does not show whether the copy is there; making it again finds it.
  alreadyDone: () => undefined,
  async afterVanished({ cluster, ref, token }) {
    for (const first of [ref.name, firstNameIn(ref.name)]) {
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
    const first = firstNameOf(target);
    const copyName = nameOfStep(first, token);
    const family = await familyOf(cluster, target);
    const known = family.copies.find(({ ref }) => ref.name === copyName);
    if (known === undefined) mayBeMadeAgain(family, { token, atMost });
    const copies = copiesMade(family, token) + 1;
    // Noted before there is a copy: whoever comes after a crash makes none too many.
    if (!deleteFailed && copiesMarks.known(target.annotations, token) === undefined) {
      await cluster.markJob(target, copiesMarks.marking({ token, copies, last: copyName }, { token, dryRun }));
    }
    const annotations = { [copyOfAnnotation]: first, [copiesAnnotation]: String(copies) };
    const successor = await cluster.copyJob(target.ref, { name: copyName, token, first, annotations, dryRun });
    if (deleteFailed) await cluster.deleteJob(target.ref, { dryRun });
    const summary = `made Job ${namespace}/${name} again as ${copyName}${deleteFailed ? ', and deleted it' : ''}`;
    return { summary, successor, ...(known !== undefined && !deleteFailed && { changed: false as const }) };
  },
});

/** A copy carries the name of the first one, before the digest of its step. */
const firstNameIn = (name: string) => name.replace(/-[0-9a-f]{8}$/, '');
