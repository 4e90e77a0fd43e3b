import { type Document, isMap, isNode, isScalar, isSeq, type LineCounter } from 'yaml';

/** Larger texts are refused unread. */
export const largestFile = 262_144;
/** Aliases a document may resolve; more is an attack. */
export const maxAliasCount = 20;

/** Value at a path, or undefined; what every object has by birth is not there. */
export const valueAt = (values: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => {
    const isThere = typeof inner === 'object' && inner !== null && Object.hasOwn(inner, key);
    return isThere ? (inner as Record<PropertyKey, unknown>)[key] : undefined;
  }, values);

/** Line of the key or item at a path, from 1; of its nearest parent where it is not there; undefined when none is. */
export function lineAt(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly PropertyKey[],
): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = length === 1 ? document.contents : document.getIn(path.slice(0, length - 1), true);
    const node = childOf(parent, path[length - 1] ?? '');
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

/** The key in a mapping, the item in a list. */
function childOf(parent: unknown, key: PropertyKey): unknown {
  if (isMap(parent)) return parent.items.find((pair) => isScalar(pair.key) && pair.key.value === key)?.key;
  return isSeq(parent) ? parent.items[Number(key)] : undefined;
}

/** Faults of the document's syntax, each with its place. */
export function syntaxFaults(name: string, document: Document.Parsed, lines: LineCounter): string[] {
  return document.errors.map((error) => `${name}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
}
