import { z } from 'zod';
import { completedCopy, type JobFamily } from '../domain/target/job-copies.ts';
import type { Workload } from '../domain/target/workload.ts';
import type { Cluster } from './kubernetes/port.ts';
import { defineStepMark } from './step-mark.ts';

/** What stands on a Job that was made again and kept: copies may be deleted before it is. */
export const copiesMarks = defineStepMark('mendflow.dev/recreated', { copies: z.int().min(1), last: z.string() });

/** The Job with all that were made of the same first one. */
export async function familyOf(cluster: Pick<Cluster, 'listCopiesOf'>, job: Workload): Promise<JobFamily> {
  return { job, copies: await cluster.listCopiesOf(job), note: copiesMarks.read(job.annotations) };
}

/** The copy of a failed Job that did its work, or undefined: then the Job itself has nothing left to heal. */
export async function workDoneBy(
  cluster: Pick<Cluster, 'listCopiesOf'>,
  workload: Workload | undefined,
): Promise<Workload | undefined> {
  if (workload?.ref.kind !== 'Job' || workload.progressFailure === undefined) return undefined;
  return completedCopy(await cluster.listCopiesOf(workload));
}

/**
 * What an alert about a Job is about: for a copy that we made of a Job that is still there, that Job. It keeps the count of
 * its copies, and all alerts about the same work are one remediation.
 */
export async function firstJobOf(
  cluster: Pick<Cluster, 'getWorkload'>,
  job: Workload,
  first: string,
): Promise<Workload> {
  const original = first === job.ref.name ? undefined : await cluster.getWorkload('Job', job.ref.namespace, first);
  // Another Job may have taken the name since.
  const isNoted = original !== undefined && copiesMarks.read(original.annotations) !== undefined;
  return isNoted && original.progressFailure !== undefined ? original : job;
}
