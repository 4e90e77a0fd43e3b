import { copiesAnnotation, touchAnnotation } from '../run/contract.ts';
import type { Workload } from './workload.ts';

/** The name of the first Job, of which this one is a copy; its own name where it is none. */
export const firstNameOf = ({ ref }: Pick<Workload, 'ref'>): string => ref.workOf ?? ref.name;

/** What a Job says of the copies that were made of it. */
export interface CopiesNote {
  token: string;
  /** How many there were with the last one. */
  copies: number;
  /** Name of the last one. */
  last: string;
}

/** A failed Job, all others that were made of the same first Job, and what is noted on it. */
export interface JobFamily {
  job: Workload;
  copies: readonly Workload[];
  note?: CopiesNote | undefined;
}

/** The copy that did the work, where one did: then nothing is left to be done. */
export const completedCopy = (copies: readonly Workload[]): Workload | undefined =>
  copies.find(({ conditions }) => conditions.some(({ type, status }) => type === 'Complete' && status === 'True'));

/**
 * How often the work was done again, over all runs; the copy of the step itself, which an earlier attempt made, does not
 * count. Copies may have been deleted: what is noted on the Jobs that are left counts too.
 */
export function copiesMade({ job, copies, note }: JobFamily, token: string): number {
  const others = copies.filter(({ annotations }) => annotations[touchAnnotation] !== token);
  const said = [job, ...others].map(({ annotations }) => Number(annotations[copiesAnnotation] ?? 0) || 0);
  const noted = note === undefined ? 0 : note.copies - (note.token === token ? 1 : 0);
  return Math.max(noted, others.length, ...said);
}

/** Why no further copy may be made by this step, or undefined where one may. */
export function copyRefusal(
  family: JobFamily,
  { atMost, token }: { atMost: number; token: string },
): string | undefined {
  const { copies, note } = family;
  const others = copies.filter(({ annotations }) => annotations[touchAnnotation] !== token);
  const running = others.find(
    ({ conditions, progressFailure }) => progressFailure === undefined && conditions.every(isNotOver),
  );
  if (running !== undefined) return `its copy ${running.ref.name} still runs`;
  const made = copiesMade(family, token);
  if (made < atMost) return undefined;
  const isLastGone = note !== undefined && copies.every(({ ref }) => ref.name !== note.last);
  const how = isLastGone
    ? `, and its copy ${note.last} is gone, so nobody can tell how it ended`
    : ', and failed again';
  return `it was made again ${made} times already${how}`;
}

const isNotOver = ({ type, status }: Workload['conditions'][number]) => type !== 'Complete' || status !== 'True';
