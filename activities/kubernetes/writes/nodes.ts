import { cordonAnnotation, fieldManager, touchAnnotation } from '../../../domain/run/contract.ts';
import { MendflowError, replacedError } from '../../../domain/run/errors.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import { node } from '../paths.ts';
import type { Cluster } from '../port.ts';
import type { RawMeta, RawNode } from '../raw.ts';
import type { Transport } from '../transport.ts';

/** The writes to nodes: each reads first, and is refused when the node changed since. */
export function nodeWrites(transport: Transport): Pick<Cluster, 'cordonNode' | 'uncordonNode'> {
  const readSame = async ({ name, uid }: ObjectRef) => {
    const raw = await transport.json<RawNode>({ method: 'GET', path: node(name) });
    if (raw.metadata?.uid === uid) return raw;
    throw replacedError(`Node ${name}`);
  };
  const patch = ({ name }: ObjectRef, { metadata = {} }: RawNode, { unschedulable, mark, ...how }: Change) =>
    transport.text({
      method: 'PATCH',
      path: node(name),
      query: { fieldManager, dryRun: how.dryRun ? 'All' : undefined },
      contentType: 'application/merge-patch+json',
      body: {
        metadata: {
          uid: metadata.uid,
          resourceVersion: metadata.resourceVersion,
          annotations: { [touchAnnotation]: how.token, [cordonAnnotation]: mark },
        },
        spec: { unschedulable },
      },
    });
  return {
    async cordonNode(ref, { token, dryRun }) {
      const raw = await readSame(ref);
      if (raw.spec?.unschedulable === true) {
        throw new MendflowError('CONFLICT', `Node ${ref.name} was cordoned a moment ago`);
      }
      await patch(ref, raw, { unschedulable: true, mark: token, token, dryRun });
    },
    async uncordonNode(ref, { token, dryRun }) {
      const raw = await readSame(ref);
      if (raw.spec?.unschedulable !== true || !isOurCordon(raw.metadata)) {
        throw new MendflowError('NOT_APPLICABLE', `node ${ref.name} is not cordoned by Mendflow any more`);
      }
      await patch(ref, raw, { unschedulable: null, mark: null, token, dryRun });
    },
  };
}

interface Change {
  unschedulable: true | null;
  mark: string | null;
  token: string;
  dryRun: boolean;
}

/** The API server keeps who wrote the field last: a person who uncordoned and cordoned again is not us. */
function isOurCordon({ annotations = {}, managedFields = [] }: RawMeta = {}): boolean {
  if (annotations[cordonAnnotation] === undefined) return false;
  return managedFields.some(({ manager, fieldsV1 = {} }) => {
    const spec = fieldsV1['f:spec'];
    return manager === fieldManager && typeof spec === 'object' && spec !== null && 'f:unschedulable' in spec;
  });
}
