import {
  type Document,
  isScalar,
  type LineCounter,
  type Node,
  type Pair,
  type Scalar,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from 'yaml';
import { maxAliasCount } from './yaml-text.ts';

/** One thing that keeps a text from being read. */
export interface YamlFault {
  /** From 1. */
  line: number;
  message: string;
  /** What to write instead. */
  fix: string;
}

const deepest = 64;
const plainTags = ['str', 'int', 'float', 'bool', 'null', 'map', 'seq'].map((name) => `tag:yaml.org,2002:${name}`);
const tagWords = 'a tag (!…) is not read; leave it out';
const inQuotes = 'Put a text that holds { } [ ] , : or # in quotes.';

/** The parser's codes that say little to a person: what is meant, and what to write. */
const meanings: Readonly<Record<string, { message?: string; fix: string }>> = {
  TAB_AS_INDENT: { message: 'a tab stands where spaces must; indent with spaces', fix: 'Indent with spaces.' },
  BAD_INDENT: { fix: 'Indent the keys of one mapping alike, and close every bracket.' },
  BLOCK_AS_IMPLICIT_KEY: { message: 'a second ": " stands on one line; put the text in quotes', fix: inQuotes },
  BAD_SCALAR_START: { fix: 'Put the text in quotes.' },
  UNEXPECTED_TOKEN: { message: 'a sign of YAML stands within a text; put the text in quotes', fix: inQuotes },
  MISSING_CHAR: { fix: 'Close every quote and bracket.' },
  TAG_RESOLVE_FAILED: { message: tagWords, fix: 'Leave it out.' },
  BAD_COLLECTION_TYPE: { message: tagWords, fix: 'Leave it out.' },
  BAD_DIRECTIVE: { message: 'a directive (%…) is not read; leave it out', fix: 'Leave it out.' },
  RESOURCE_EXHAUSTION: { message: 'is nested too deeply', fix: 'Write it flatter.' },
};

/** The first control character of a text, or trace of one that was no UTF-8; undefined when there is none. */
export function controlCharacter(text: string): YamlFault | undefined {
  const at = text.search(/[^\P{Cc}\t\n\r\u0085]|\ufffd/u);
  if (at < 0) return undefined;
  const code = text.charCodeAt(at).toString(16).toUpperCase().padStart(4, '0');
  return {
    line: text.slice(0, at).split('\n').length,
    message: `holds the character U+${code}; write the file as UTF-8 text without it`,
    fix: 'Write the file as UTF-8 text without control characters.',
  };
}

/**
 * What keeps a document from being read as plain data of YAML 1.2: its first fault of syntax, or everything that would
 * make it mean something else than it shows (tags, other versions, merge keys, keys that stand twice or are no text,
 * aliases of nothing). The document is parsed without `uniqueKeys`, which takes too long on a mapping of thousands.
 */
export function yamlFaults(document: Document.Parsed, lines: LineCounter): YamlFault[] {
  const said = [...document.errors, ...document.warnings].map(({ code, message, pos }) => {
    const { message: meant = message, fix = 'Correct the YAML.' } = meanings[code] ?? {};
    return { line: lines.linePos(pos[0]).line, message: meant, fix };
  });
  // What follows a first fault of syntax is most often its consequence.
  const [first] = said;
  if (first !== undefined) return [first];
  const { version } = document.directives.yaml;
  if (version !== '1.2') {
    const fix = 'Leave the directive %YAML out.';
    return [{ line: 1, message: `asks for YAML ${version}; only 1.2 is read, so leave the directive out`, fix }];
  }
  return strangeNodes(document, lines);
}

type Tell = (node: unknown, message: string, fix: string) => void;

function strangeNodes(document: Document.Parsed, lines: LineCounter): YamlFault[] {
  const faults: YamlFault[] = [];
  const tell: Tell = (node, message, fix) => {
    const start = (node as Node | null)?.range?.[0];
    faults.push({ line: start === undefined ? 1 : lines.linePos(start).line, message, fix });
  };
  let aliases = 0;
  const plain = (node: Scalar | YAMLMap | YAMLSeq, path: readonly unknown[]) => {
    if (node.tag !== undefined && !plainTags.includes(node.tag)) tell(node, tagWords, 'Leave it out.');
    if (path.length < deepest) return undefined;
    tell(node, 'is nested too deeply', 'Write it flatter.');
    return visit.BREAK;
  };
  visit(document, {
    Scalar: (_, node, path) => plain(node, path),
    Seq: (_, node, path) => plain(node, path),
    Map(_, node, path) {
      twice(node, tell);
      return plain(node, path);
    },
    Pair: (_, pair) => strangeKey(pair, tell),
    Alias(_, alias, path) {
      aliases += 1;
      const fix = 'Write the value itself.';
      if (aliases > maxAliasCount) {
        tell(alias, `is one of more than ${maxAliasCount} aliases; write the values themselves`, fix);
        return visit.BREAK;
      }
      const meant = alias.resolve(document);
      if (meant === undefined) tell(alias, `*${alias.source} names no anchor before it; write the value itself`, fix);
      else if (path.includes(meant)) tell(alias, `*${alias.source} holds itself; write the value itself`, fix);
      return undefined;
    },
  });
  return faults;
}

function twice({ items }: YAMLMap, tell: Tell): void {
  const known = new Set<unknown>();
  for (const { key } of items) {
    const name = isScalar(key) ? key.value : key;
    if (known.has(name)) tell(key, 'this key stands twice in one mapping; leave one out', 'Leave one out.');
    known.add(name);
  }
}

function strangeKey({ key, value }: Pair, tell: Tell): void {
  const node = key ?? value;
  if (!isScalar(key) || typeof key.value !== 'string') {
    const fix = 'Put it in quotes, or the text with braces that it begins.';
    tell(node, 'a key must be a text; put it in quotes', fix);
  } else if (key.value === '<<') {
    tell(node, 'a merge key (<<) is not read; write its fields here', 'Write its fields here.');
  }
}
