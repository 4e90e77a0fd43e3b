import { cordonAnnotation, touchAnnotation } from '../../../domain/run/contract.ts';
import { MendflowError, replacedError } from '../../../domain/run/errors.ts';
import type { Node } from '../../../domain/target/cluster-context.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import { keyOf } from '../records.ts';
import type { Store } from '../store.ts';
import type { Effects } from '../write.ts';

interface Marks {
  token: string;
  dryRun: boolean;
}

/** The node with exactly this uid. Throws TARGET_GONE and TARGET_REPLACED. */
function nodeToChange(store: Store, { name, uid }: ObjectRef): Node {
  const node = store.nodes.get(name);
  if (node === undefined) throw new MendflowError('TARGET_GONE', `Node ${name}: not found`);
  if (node.uid !== uid) throw replacedError(`Node ${name}`);
  return node;
}

/** As the port says it. */
export function cordonNode({ store, note }: Effects, ref: ObjectRef, { token, dryRun }: Marks): void {
  const node = nodeToChange(store, ref);
  if (node.isCordoned) throw new MendflowError('CONFLICT', `Node ${ref.name} was cordoned a moment ago`);
  note({ verb: 'cordonNode', object: ref, workload: keyOf(ref), dryRun, changed: !dryRun, before: [] });
  if (dryRun) return;
  const annotations = { ...node.annotations, [touchAnnotation]: token, [cordonAnnotation]: token };
  store.nodes.set(ref.name, { ...node, isCordoned: true, annotations });
}

/** As the port says it. */
export function uncordonNode({ store, note }: Effects, ref: ObjectRef, { token, dryRun }: Marks): void {
  const node = nodeToChange(store, ref);
  const { [cordonAnnotation]: mark, ...annotations } = node.annotations;
  if (!node.isCordoned || mark === undefined) {
    throw new MendflowError('NOT_APPLICABLE', `node ${ref.name} is not cordoned by Mendflow any more`);
  }
  note({ verb: 'uncordonNode', object: ref, workload: keyOf(ref), dryRun, changed: !dryRun, before: [] });
  if (dryRun) return;
  store.nodes.set(ref.name, { ...node, isCordoned: false, annotations: { ...annotations, [touchAnnotation]: token } });
}
