/**
 * A value as the other side of Temporal gets it: a copy of plain JSON, members without a value left out. Throws for
 * anything that JSON would lose, such as a Map or a Date: it must not cross Temporal.
 */
export function sent<T>(value: T): T {
  return copy(value) as T;
}

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    if (typeof value === 'function' || typeof value === 'bigint') throw lost(value);
    return value;
  }
  return Array.isArray(value) ? copyList(value) : copyObject(value);
}

function copyList(list: readonly unknown[]): unknown[] {
  const copied = new Array<unknown>(list.length);
  for (let index = 0; index < list.length; index++) copied[index] = copy(list[index] ?? null);
  return copied;
}

function copyObject(value: object): Record<string, unknown> {
  const prototype: unknown = Object.getPrototypeOf(value);
  // A plain object of another realm, as under Jest, has a prototype without one, too.
  if (prototype !== Object.prototype && prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw lost(value);
  const copied: Record<string, unknown> = {};
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    // Most members are no objects: they cost no call.
    if (typeof member === 'string' || typeof member === 'number') copied[name] = member;
    else if (member !== undefined) copied[name] = copy(member);
  }
  return copied;
}

const lost = (value: unknown) => new TypeError(`${Object.prototype.toString.call(value)} is not plain JSON`);
