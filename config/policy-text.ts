import { type Document, LineCounter, parseAllDocuments } from 'yaml';
import type { ActionSpec } from '../domain/action.ts';
import { parseMatcher } from '../domain/match.ts';
import { type Policy, policySchema } from '../domain/policy.ts';
import { withNames } from '../domain/promql.ts';
import { sentenceOf } from './faults.ts';
import { largestFile, lineAt, maxAliasCount, syntaxFaults, valueAt } from './yaml-text.ts';

/** What a policy may name. */
export interface PolicyVocabulary {
  actions: readonly ActionSpec[];
  /** Names of the receivers in the configuration. */
  receivers: readonly string[];
}

export interface ReadPolicies {
  policies: Policy[];
  /** `<file>:<line> <field>: what is wrong`. */
  faults: string[];
}

/** Reads the policies of one YAML text, several documents allowed; every fault is reported, with file, line and field. */
export function readPolicyText(file: string, text: string, vocabulary: PolicyVocabulary): ReadPolicies {
  if (Buffer.byteLength(text) > largestFile) return { policies: [], faults: [`${file}: is larger than 256 KiB`] };
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, { lineCounter: lines, prettyErrors: false });
  if (!Array.isArray(documents)) return { policies: [], faults: [] };
  const read = documents.map((document) => readDocument(document, { file, lines, vocabulary }));
  return { policies: read.flatMap(({ policies }) => policies), faults: read.flatMap(({ faults }) => faults) };
}

interface Place {
  file: string;
  lines: LineCounter;
  vocabulary: PolicyVocabulary;
}

function readDocument(document: Document.Parsed, { file, lines, vocabulary }: Place): ReadPolicies {
  const syntax = syntaxFaults(file, document, lines);
  if (syntax.length > 0) return { policies: [], faults: syntax };
  const at = (path: readonly PropertyKey[]) =>
    `${file}:${lineOf(document, lines, path)} ${path.map(String).join('.')}`.trim();
  let raw: unknown;
  try {
    raw = document.toJS({ maxAliasCount });
  } catch (cause) {
    return { policies: [], faults: [`${at([])}: ${(cause as Error).message}`] };
  }
  // Comments alone are no policy and no fault.
  if (raw === null || raw === undefined) return { policies: [], faults: [] };
  const parsed = policySchema(vocabulary.actions).safeParse(raw);
  if (!parsed.success) {
    const faults = parsed.error.issues.map(
      (issue) => `${at(issue.path)}: ${sentenceOf(issue, valueAt(raw, issue.path), [])}`,
    );
    return { policies: [], faults };
  }
  const faults = referenceFaults(parsed.data, vocabulary).map(({ path, what }) => `${at(path)}: ${what}`);
  return { policies: faults.length === 0 ? [parsed.data] : [], faults };
}

/** Faults that the shape alone does not show: matchers that do not parse, receivers nobody configured. */
function referenceFaults({ spec }: Policy, { receivers }: PolicyVocabulary): { path: PropertyKey[]; what: string }[] {
  const matchers = spec.match.alerts.flatMap((text, index) => {
    try {
      parseMatcher(text);
      return [];
    } catch (cause) {
      return [{ path: ['spec', 'match', 'alerts', index], what: (cause as Error).message }];
    }
  });
  const unknown = spec.escalation.flatMap(({ notify }, level) =>
    notify
      .filter((name) => !receivers.includes(name))
      .map((name) => ({
        path: ['spec', 'escalation', level, 'notify'],
        what: `receiver ${name} is not configured; known are ${receivers.join(', ') || '(none)'}`,
      })),
  );
  const queries = spec.verify.flatMap((check, index) => {
    if (!('promql' in check)) return [];
    try {
      withNames(check.promql.query, { namespace: 'n', workload: 'w', pod: 'p' });
      return [];
    } catch (cause) {
      return [{ path: ['spec', 'verify', index, 'promql', 'query'], what: (cause as Error).message }];
    }
  });
  return [...matchers, ...unknown, ...queries];
}

/** Line of a path, from 1; where nothing of it is there, that of the document's first node. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: readonly PropertyKey[]): number {
  const start = document.contents?.range?.[0];
  return lineAt(document, lines, path) ?? (start === undefined ? 1 : lines.linePos(start).line);
}
