import type { Bed } from '../bed.ts';
import { createWorkloads, type Workload } from '../workloads.ts';

/** The namespaces of the storm; the policy names the same. */
export const namespaces = Array.from({ length: 10 }, (_, index) => `storm-${index}`);

/**
 * Creates so many workloads, one pod of three of each crashing, evenly in all namespaces. Neighbours in the list are in
 * different ones, so that the storm comes from everywhere at once.
 */
export async function createPlaces(bed: Bed, count: number): Promise<Workload[]> {
  const created = await Promise.all(
    namespaces.map((namespace, index) => {
      const size = Math.floor((count + index) / namespaces.length);
      const names = Array.from({ length: size }, (_, number) => `app-${number}`);
      return createWorkloads(bed, { namespace, names, crashing: 1 });
    }),
  );
  const longest = Math.max(...created.map(({ length }) => length));
  return Array.from({ length: longest }, (_, index) => created.flatMap((own) => own[index] ?? [])).flat();
}
