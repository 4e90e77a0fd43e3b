/**
 * A value as the other side of Temporal gets it: a copy of plain JSON, members without a value left out. Throws for
 * anything that JSON would lose, such as a Map or a Date: it must not cross Temporal.
 */
export function sent<T>(value: T): T {
  size = 0;
  return copy(value) as T;
}

/** A server takes no larger value, in bytes. */
const largest = 2 * 1024 * 1024;
/** Of the value that was sent last, roughly: its texts and what JSON writes around them. */
let size = 0;

/** True where the value that was sent last is larger than a server takes. */
export const wasTooLarge = (): boolean => size > largest;

function copy(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) {
    size += typeof value === 'string' ? value.length + 2 : 6;
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
    size += name.length + 4;
    if (typeof member === 'string') {
      size += member.length + 2;
      copied[name] = member;
    } else if (typeof member === 'number') copied[name] = member;
    else if (member !== undefined) copied[name] = copy(member);
  }
  return copied;
}

const lost = (value: unknown) => new TypeError(`${Object.prototype.toString.call(value)} is not plain JSON`);
