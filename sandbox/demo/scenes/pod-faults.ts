import { type Fault, injectFault } from '../../faults.ts';
import type { Place } from './scene.ts';
import { isReadyForAWhile, type Pod, podsOf, podWhere } from './world.ts';

/** Gives one pod the fault; resolves, once it shows, with the alert's labels. */
export async function breakOnePod(
  place: Place,
  fault: Fault,
  what: string,
  shows: (pod: Pod) => boolean,
): Promise<Record<string, string>> {
  const { namespace, sandbox } = place;
  const [victim] = await podsOf(place);
  const pod = victim?.metadata.name ?? '';
  // One that was never ready gets five times as long to start, and times are told in whole seconds.
  if (fault === 'not-ready') {
    await podWhere(place, 'is ready for a while', (found) => found.metadata.name === pod && isReadyForAWhile(found));
  }
  await injectFault(sandbox.kubernetes.adminKubeconfig, { namespace, pod }, fault);
  await podWhere(place, what, (found) => found.metadata.name === pod && shows(found));
  return { namespace, pod };
}
