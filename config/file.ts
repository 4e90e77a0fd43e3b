import { LineCounter, parseDocument } from 'yaml';
import { isObject } from '../domain/text/shapes.ts';
import { largestFile, lineAt, maxAliasCount, syntaxFaults } from './yaml-text.ts';

/** A configuration file as read: its raw values, and the line each stands on. */
export interface ConfigFile {
  values: Record<string, unknown>;
  faults: string[];
  /** Line of the value at a path, from 1; of the nearest parent where the path itself is not in the file. */
  lineOf: (path: readonly PropertyKey[]) => number;
}

/** Parses YAML text; faults of syntax, size and shape are reported with their line, never thrown. */
export function parseConfigFile(name: string, text: string): ConfigFile {
  const empty = (...faults: string[]): ConfigFile => ({ values: {}, faults, lineOf: () => 1 });
  if (Buffer.byteLength(text) > largestFile) return empty(`${name}: is larger than 256 KiB`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const syntax = syntaxFaults(name, document, lines);
  if (syntax.length > 0) return empty(...syntax);
  let values: unknown;
  try {
    values = document.toJS({ maxAliasCount }) ?? {};
  } catch (cause) {
    return empty(`${name}: ${(cause as Error).message}`);
  }
  if (!isObject(values)) return empty(`${name}:1: must be a mapping of sections`);
  const sections = Object.entries(values).filter(([, section]) => section !== null);
  return { values: Object.fromEntries(sections), faults: [], lineOf: (path) => lineAt(document, lines, path) ?? 1 };
}
