import { fieldManager, touchAnnotation } from '../../../domain/run/contract.ts';
import { MendflowError, replacedError } from '../../../domain/run/errors.ts';
import type { ObjectRef } from '../../../domain/target/target.ts';
import type { Marking } from '../port.ts';
import type { RawMeta } from '../raw.ts';
import type { Transport } from '../transport.ts';

/** One operation of a JSON patch. */
export type Operation = { op: 'test' | 'add' | 'replace' | 'remove'; path: string; value?: unknown };

/** Asks the API server to check and change nothing. */
export const writeQuery = (dryRun: boolean) => ({ fieldManager, dryRun: dryRun ? 'All' : undefined });

const pointer = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1');

/** Operations that note who changes the object, beside the annotations that it has. */
export function annotating(annotations: Record<string, string>, { token, mark }: Marking): Operation[] {
  const ours = { [touchAnnotation]: token, [mark.annotation]: mark.text };
  const path = '/metadata/annotations';
  // Where there are none there is no place to add one; that there are none still is tested with the rest.
  if (Object.keys(annotations).length === 0)
    return [
      { op: 'test', path, value: null },
      { op: 'add', path, value: ours },
    ];
  return Object.entries(ours).map(([key, value]) => ({ op: 'add', path: `${path}/${pointer(key)}`, value }));
}

interface Fenced {
  ref: ObjectRef;
  operations: readonly Operation[];
  dryRun: boolean;
  /** Path of the object itself, where a subresource is patched. */
  readFrom?: string;
}

/**
 * Changes the object with this uid, if all tests among the operations hold. Where one does not, a look at the object
 * says why: TARGET_GONE, TARGET_REPLACED, CONFLICT when it was changed since it was read; else what the server said.
 */
export async function fencedPatch(
  transport: Transport,
  path: string,
  { ref, operations, dryRun, readFrom = path }: Fenced,
): Promise<void> {
  const body = [{ op: 'test', path: '/metadata/uid', value: ref.uid }, ...operations];
  const contentType = 'application/json-patch+json';
  try {
    await transport.text({ method: 'PATCH', path, query: writeQuery(dryRun), contentType, body });
  } catch (error) {
    if (!(error instanceof MendflowError && error.code === 'NOT_APPLICABLE')) throw error;
    throw await whyRefused(transport, readFrom, { ref, operations, error });
  }
}

async function whyRefused(
  transport: Transport,
  path: string,
  { ref, operations, error }: { ref: ObjectRef; operations: readonly Operation[]; error: MendflowError },
): Promise<unknown> {
  const label = `${ref.kind} ${ref.namespace}/${ref.name}`;
  const live = await transport.json<{ metadata?: RawMeta }>({ method: 'GET', path });
  if (live.metadata?.uid !== ref.uid) return replacedError(label);
  const isStale = operations.some(({ op, path, value }) => op === 'test' && !isSame(valueAt(live, path), value));
  return isStale ? new MendflowError('CONFLICT', `${label} was changed since it was read`, { cause: error }) : error;
}

const isSame = (one: unknown, other: unknown) => JSON.stringify(one ?? null) === JSON.stringify(other ?? null);

function valueAt(object: unknown, path: string): unknown {
  const keys = path.slice(1).split('/');
  const plain = (key: string) => key.replaceAll('~1', '/').replaceAll('~0', '~');
  return keys.reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[plain(key)], object);
}
