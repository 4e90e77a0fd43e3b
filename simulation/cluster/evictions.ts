import { MendflowError } from '../../domain/run/errors.ts';
import type { ObjectRef } from '../../domain/target/target.ts';
import type { PodRecord } from './records.ts';
import type { Store } from './store.ts';

/** The pod with exactly this uid. Throws TARGET_GONE and TARGET_REPLACED. */
export function podToEvict(store: Store, { namespace, name, uid }: ObjectRef): PodRecord {
  const record = store.pod(namespace, name);
  if (record === undefined) throw new MendflowError('TARGET_GONE', `evict pod ${namespace}/${name}: not found`);
  if (record.base.ref.uid !== uid) {
    throw new MendflowError('TARGET_REPLACED', `evict pod ${namespace}/${name}: the UID in the precondition differs`);
  }
  return record;
}

/**
 * Lets the eviction pass, or says why it may not, as the API server does: a pod that has not started or is on its way
 * out is not protected; one that is not ready may go while its budget is kept. Throws EVICTION_BLOCKED, BUDGETS_CONFLICT.
 */
export function heedBudgets(store: Store, record: PodRecord): void {
  const pod = store.view(record);
  if (pod.isTerminating || pod.phase === 'Pending') return;
  const matching = store.budgets.filter(
    ({ namespace, labels }) => namespace === pod.ref.namespace && carries(pod.labels, labels),
  );
  const [budget, ...others] = matching;
  if (budget === undefined) return;
  if (others.length > 0) {
    const message = 'This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.';
    throw new MendflowError('BUDGETS_CONFLICT', `evict pod ${pod.ref.name}: ${message}`);
  }
  let healthy = 0;
  for (const other of store.pods) {
    if (other.base.ref.namespace !== budget.namespace || !carries(other.base.labels, budget.labels)) continue;
    const { isReady, isTerminating } = store.view(other);
    if (isReady && !isTerminating) healthy += 1;
  }
  if (pod.isReady ? healthy > budget.minAvailable : healthy >= budget.minAvailable) return;
  const message = `Cannot evict pod as it would violate the pod's disruption budget; it needs ${budget.minAvailable} healthy pods and has ${healthy}.`;
  throw new MendflowError('EVICTION_BLOCKED', `evict pod ${pod.ref.name}: ${message}`, { retryAfterMs: 10_000 });
}

const carries = (labels: Record<string, string>, wanted: Record<string, string>) =>
  Object.entries(wanted).every(([name, value]) => labels[name] === value);
