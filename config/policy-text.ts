import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import type { Policy } from '../domain/policy/policy.ts';
import type { PolicyFault, PolicyVocabulary } from './policy-fault.ts';
import { readPolicyValue } from './policy-value.ts';
import { controlCharacter, type YamlFault, yamlFaults } from './yaml-faults.ts';
import { largestFile, lineAt, maxAliasCount, valueAt } from './yaml-text.ts';

const mostFaults = 100;

export interface ReadPolicies {
  policies: Policy[];
  /** `<file>:<line> <field>: what is wrong`. */
  faults: string[];
}

/** A policy, and where in its file each field stands. */
export interface PlacedPolicy {
  policy: Policy;
  file: string;
  /** Line of a field, from 1; that of the nearest parent where the field is not written. */
  lineOf(path: readonly PropertyKey[]): number;
}

/** A fault with its place. */
export interface PlacedFault extends Omit<PolicyFault, 'path'> {
  file: string;
  /** From 1; absent when the whole file is meant. */
  line?: number;
  /** `spec.guards.cooldown`; empty when the whole document is meant. */
  field: string;
}

/** What a text holds: the policies that are good, and every fault of the others. */
export interface PlacedPolicies {
  policies: PlacedPolicy[];
  faults: PlacedFault[];
}

/** Reads the policies of one YAML text, several documents allowed; every fault is reported, with file, line and field. */
export function readPolicyText(file: string, text: string, vocabulary: PolicyVocabulary): ReadPolicies {
  const { policies, faults } = placePolicies(file, text, vocabulary);
  return { policies: policies.map(({ policy }) => policy), faults: faults.map(faultInWords) };
}

/** The fault as one line: `<file>:<line> <field>: what is wrong`. */
export function faultInWords({ file, line, field, message }: Omit<PlacedFault, 'code' | 'fix'>): string {
  return `${file}${line === undefined ? '' : `:${line}`}${field === '' ? '' : ` ${field}`}: ${message}`;
}

/** As readPolicyText, with the place of each policy's fields and each fault. */
export function placePolicies(file: string, text: string, vocabulary: PolicyVocabulary): PlacedPolicies {
  if (Buffer.byteLength(text) > largestFile) {
    const fix = 'Split it into several files.';
    return { policies: [], faults: [{ file, field: '', code: 'unreadable', message: 'is larger than 256 KiB', fix }] };
  }
  const control = controlCharacter(text);
  if (control !== undefined) return { policies: [], faults: [syntaxFault(file, control)] };
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false, uniqueKeys: false });
  if (!Array.isArray(documents)) return { policies: [], faults: [] };
  const all: PlacedPolicies = { policies: [], faults: [] };
  for (const document of documents) {
    // A file of nothing but faults must fill neither logs nor the time of whoever reads it.
    if (all.faults.length > mostFaults) break;
    const { policies, faults } = readDocument(document, { file, lines, vocabulary });
    all.policies.push(...policies);
    all.faults.push(...faults);
  }
  return { policies: all.policies, faults: atMost(all.faults) };
}

const syntaxFault = (file: string, fault: YamlFault): PlacedFault => ({
  file,
  field: '',
  code: 'yamlSyntax',
  ...fault,
});

function atMost(faults: PlacedFault[]): PlacedFault[] {
  const next = faults[mostFaults];
  if (next === undefined) return faults;
  const fix = 'Correct the faults before these.';
  return [...faults.slice(0, mostFaults), { ...next, field: '', message: 'has more faults from here on', fix }];
}

interface Place {
  file: string;
  lines: LineCounter;
  vocabulary: PolicyVocabulary;
}

function readDocument(document: Document.Parsed, { file, lines, vocabulary }: Place): PlacedPolicies {
  const lineOf = (path: readonly PropertyKey[]) => lineOfPath(document, lines, path);
  const faults = yamlFaults(document, lines).map((fault) => syntaxFault(file, fault));
  if (faults.length > 0) return { policies: [], faults };
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount });
  } catch {
    // All else that could fail was looked for before.
    const message = 'its aliases unfold into too much; write the values themselves';
    return {
      policies: [],
      faults: [syntaxFault(file, { line: lineOf([]), message, fix: 'Write the values themselves.' })],
    };
  }
  // Comments alone are no policy and no fault.
  if (raw === null || raw === undefined) return { policies: [], faults: [] };
  const read = readPolicyValue(raw, vocabulary);
  return {
    policies: read.policy === undefined ? [] : [{ policy: read.policy, file, lineOf }],
    faults: read.faults.slice(0, mostFaults + 1).map(({ path, ...fault }) => ({
      ...fault,
      ...{ file, line: lineOf(writtenPart(raw, path)), field: path.map(String).join('.') },
    })),
  };
}

/** A field that is not written stands, for a reader, where its nearest parent stands. */
function writtenPart(raw: unknown, path: readonly PropertyKey[]): readonly PropertyKey[] {
  const length = path.findIndex((_, index) => valueAt(raw, path.slice(0, index + 1)) === undefined);
  return length === -1 ? path : path.slice(0, length);
}

/** Line of a path, from 1; where nothing of it is there, that of the document's first node. */
function lineOfPath(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number {
  const start = document.contents?.range?.[0];
  return lineAt(document, lines, path) ?? (start === undefined ? 1 : lines.linePos(start).line);
}
