import { type Document, isNode, type LineCounter } from 'yaml';

/** Larger texts are refused unread. */
export const largestFile = 262_144;
/** Aliases a document may resolve; more is an attack. */
export const maxAliasCount = 20;

/** Value at a path, or undefined. */
export const valueAt = (values: unknown, path: readonly PropertyKey[]): unknown =>
  path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], values);

/** Line of the value at a path, from 1; of its nearest parent where it is not there; undefined when none is. */
export function lineAt(
  document: Document.Parsed,
  lines: LineCounter,
  path: readonly PropertyKey[],
): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return undefined;
}

/** Faults of the document's syntax, each with its place. */
export function syntaxFaults(name: string, document: Document.Parsed, lines: LineCounter): string[] {
  return document.errors.map((error) => `${name}:${lines.linePos(error.pos[0]).line}: ${error.message}`);
}
