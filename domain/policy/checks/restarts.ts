import { z } from 'zod';
import type { Container } from '../../target/pod.ts';
import { formatDuration } from '../../text/duration.ts';
import { duration } from '../duration-field.ts';
import { defineStatusCheck, fails, holds, type Judgement, unproven } from './check-kind.ts';

/**
 * Restarts in a time, as far as the pod's status proves them. Its counter runs since the pod exists, so it is the answer
 * for a pod that is younger than the time asked for. Of an older pod the status remembers when the last two runs of a
 * container began, and no more: more restarts than that are not proven, and such a check does not hold.
 */
export const restarts = defineStatusCheck({
  name: 'restarts',
  summary:
    'A container of the pod restarted this often within the time. A pod older than the time proves two restarts at most, as its status keeps no more; for those write a promql check with increase(kube_pod_container_status_restarts_total{…}[10m]).',
  about: 'pod',
  params: z.strictObject({
    atLeast: z.int().min(1).max(1_000).describe('Restarts of one container, at least.'),
    within: duration({ min: '10s', max: '24h' }).describe('The time, up to now.'),
  }),
  words: ({ atLeast, within }) => `at least ${atLeast} restarts within ${formatDuration(within)}`,
  judge({ atLeast, within }, pod, nowMs) {
    const ageMs = nowMs - pod.createdAtMs;
    const [worst] = [...pod.containers].sort((a, b) => b.restarts - a.restarts);
    if (worst === undefined || worst.restarts < atLeast) {
      const most = worst === undefined ? '' : `; container ${worst.name} has ${worst.restarts}`;
      return fails(`no container of pod ${pod.ref.name} has ${atLeast} restarts${most}`);
    }
    if (ageMs <= within) {
      const age = formatDuration(ageMs);
      return holds(`container ${worst.name} restarted ${worst.restarts} times in the ${age} that its pod exists`);
    }
    const proven = pod.containers.map((container) => ({ container, count: provenRestarts(container, nowMs - within) }));
    const enough = proven.find(({ count }) => count >= atLeast);
    if (enough !== undefined) {
      return holds(
        `container ${enough.container.name} restarted ${enough.count} times within ${formatDuration(within)}`,
      );
    }
    return notProven({ atLeast, within }, worst, provenRestarts(worst, nowMs - within));
  },
});

function notProven(
  { atLeast, within }: { atLeast: number; within: number },
  worst: Container,
  count: number,
): Judgement {
  const time = formatDuration(within);
  return unproven(
    `container ${worst.name} restarted ${worst.restarts} times since its pod exists, of which its status proves ${count} within ${time}, not ${atLeast}; a promql check with increase(kube_pod_container_status_restarts_total[${time}]) can tell`,
  );
}

/** Runs of the container that began since then; its very first one is no restart. */
function provenRestarts({ restarts, state, lastTermination }: Container, sinceMs: number): number {
  const began = [state?.kind === 'waiting' ? undefined : state?.startedAtMs, lastTermination?.startedAtMs];
  return Math.min(restarts, began.filter((atMs) => atMs !== undefined && atMs >= sinceMs).length);
}
