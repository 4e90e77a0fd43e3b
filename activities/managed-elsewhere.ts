import { MendflowError } from '../domain/run/errors.ts';
import { changeElsewhere, type ManagedBy, type Manager, type Marks, managedBy } from '../domain/target/managed-by.ts';
import type { ObjectRef } from '../domain/target/target.ts';

interface Wanted {
  /** Managers that the policy names (`scope.managedBy`). */
  allowed: readonly Manager[];
  /** What would be written, as YAML for a person. */
  patch?: string | undefined;
}

/** Throws MANAGED_ELSEWHERE for an object that somebody else writes, unless the policy names that manager (G25). */
export function mustNotBeManaged(object: Marks & { ref: ObjectRef }, wanted: Wanted): void {
  const manager = managedBy(object);
  if (manager !== undefined) mustBeAllowed(object.ref, manager, wanted);
}

/** Throws MANAGED_ELSEWHERE, with what to do instead, unless the policy names the manager. */
export function mustBeAllowed(
  { kind, name }: Pick<ObjectRef, 'kind' | 'name'>,
  manager: ManagedBy,
  { allowed, patch }: Wanted,
): void {
  if (allowed.includes(manager.tool)) return;
  throw new MendflowError('MANAGED_ELSEWHERE', `${kind} ${name} ${changeElsewhere(manager, patch)}`);
}
