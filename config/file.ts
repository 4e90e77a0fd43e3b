import { isNode, LineCounter, parseDocument } from 'yaml';

/** A configuration file as read: its raw values, and the line each stands on. */
export interface ConfigFile {
  values: Record<string, unknown>;
  faults: string[];
  /** Line of the value at a path, from 1; of the nearest parent where the path itself is not in the file. */
  lineOf: (path: readonly PropertyKey[]) => number;
}

const largestFile = 262_144;

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parses YAML text; faults of syntax, size and shape are reported with their line, never thrown. */
export function parseConfigFile(name: string, text: string): ConfigFile {
  const empty = (...faults: string[]): ConfigFile => ({ values: {}, faults, lineOf: () => 1 });
  if (Buffer.byteLength(text) > largestFile) return empty(`${name}: is larger than 256 KiB`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    return empty(...document.errors.map((error) => `${name}:${lines.linePos(error.pos[0]).line}: ${error.message}`));
  }
  let values: unknown;
  try {
    values = document.toJS({ maxAliasCount: 20 }) ?? {};
  } catch (cause) {
    return empty(`${name}: ${(cause as Error).message}`);
  }
  if (!isRecord(values)) return empty(`${name}:1: must be a mapping of sections`);
  const lineOf = (path: readonly PropertyKey[]): number => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
    }
    return 1;
  };
  const sections = Object.entries(values).filter(([, section]) => section !== null);
  return { values: Object.fromEntries(sections), faults: [], lineOf };
}
