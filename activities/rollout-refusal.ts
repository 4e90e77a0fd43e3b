import { MendflowError } from '../domain/run/errors.ts';
import type { Workload } from '../domain/target/workload.ts';

const reasons: readonly ((workload: Workload) => string | undefined)[] = [
  ({ ref }) => (ref.kind === 'ReplicaSet' ? 'a ReplicaSet does not roll out' : undefined),
  ({ isPaused }) => (isPaused ? 'its rollouts are paused' : undefined),
  ({ strategy }) => (strategy === 'OnDelete' ? 'its strategy OnDelete replaces no pod by itself' : undefined),
];

/** `Deployment shop/checkout`. */
export const inWords = ({ ref }: Pick<Workload, 'ref'>): string => `${ref.kind} ${ref.namespace}/${ref.name}`;

/** An error of an action that does not fit the target. */
export const unfit = (target: Pick<Workload, 'ref'>, why: string): MendflowError =>
  new MendflowError('NOT_APPLICABLE', `${inWords(target)}: ${why}`);

/** Throws NOT_APPLICABLE for a workload whose controller would not roll a changed template out. */
export function mustRollOut(workload: Workload): void {
  const why = reasons.map((reason) => reason(workload)).find((found) => found !== undefined);
  if (why !== undefined) throw unfit(workload, why);
}
