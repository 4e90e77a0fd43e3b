import { type Contender, contenders } from './contenders.ts';
import type { Measured } from './measure.ts';

/** What became of one contender's pod in the time. Moments are milliseconds of fast time after it became hopeless. */
export interface Standing {
  contender: Contender['name'];
  /** As Kubernetes counts them: a pod that takes the place of another one begins at 0. */
  restarts: number;
  /** Starts of a container after the first; those of new pods count. */
  starts: number;
  perHour: number;
  acts: number;
  firstActMs?: number;
  /** When the first person was told, and which failure of the workload that was: the first, or that after the n-th act. */
  paged?: { atMs: number; failure: number };
  failedWebhooks: number;
}

/** How each contender did. */
export function standingsOf(measured: Measured, { scale, hours }: { scale: number; hours: number }): Standing[] {
  const { beganMs, lives, acts, told, failed } = measured;
  const fast = (atMs: number) => (atMs - beganMs) * scale;
  const endMs = hours * 3_600_000;
  return contenders.map(({ name, namespace }) => {
    const own = lives.filter(({ pod }) => pod.namespace === namespace);
    const restarts = own.flatMap(({ restartsMs }) => restartsMs).filter((atMs) => atMs <= endMs).length;
    const actsMs = acts.filter((act) => act.namespace === namespace).map(({ doneAtMs }) => fast(doneAtMs));
    const page = told.find(({ notification }) => {
      const { kind, report } = notification;
      return kind === 'escalation' && report?.target?.namespace === namespace;
    });
    const atMs = page && fast(page.atMs);
    return {
      ...{ contender: name, restarts, starts: restarts + Math.max(0, own.length - 1), perHour: restarts / hours },
      acts: actsMs.length,
      ...(actsMs[0] !== undefined && { firstActMs: actsMs[0] }),
      ...(atMs !== undefined && { paged: { atMs, failure: 1 + actsMs.filter((actMs) => actMs < atMs).length } }),
      failedWebhooks: failed[namespace] ?? 0,
    };
  });
}

/** What must be kept. */
export const targets = { moreThanKubelet: 3, pagedByFailure: 3 } as const;

/** Whether Mendflow restarts hardly more than the kubelet alone, and asks a person in time. */
export function isKept([kubelet, mendflow]: readonly Standing[]): { rate: boolean; page: boolean } {
  return {
    rate: (mendflow?.perHour ?? Number.NaN) <= (kubelet?.perHour ?? Number.NaN) + targets.moreThanKubelet,
    page: (mendflow?.paged?.failure ?? Number.POSITIVE_INFINITY) <= targets.pagedByFailure,
  };
}
