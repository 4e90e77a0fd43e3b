import { type LintCode, lint } from '../domain/analysis/lint/index.ts';
import type { Severity } from '../domain/analysis/lint/rule.ts';
import type { PolicyVocabulary, ReadingFault } from './policy-fault.ts';
import { type PlacedFault, type PlacedPolicy, placePolicies } from './policy-text.ts';

/** A file of policies: its name for the findings, and its text or why there is none. */
export type PolicyFile = { name: string; text: string } | { name: string; unreadable: string };

/** One thing that is wrong, or most likely not what was meant. */
export interface Finding {
  severity: Severity;
  /** Stable; docs/reference/lint.md explains each. */
  code: LintCode | ReadingFault;
  file: string;
  /** From 1; absent when the whole file is meant. */
  line?: number;
  /** `spec.guards.cooldown`; empty when the whole document is meant. */
  field: string;
  /** The end of a sentence that begins with the field. */
  message: string;
  /** What to write instead. */
  fix: string;
}

/** What lint knows beside the files. */
export interface LintSettings extends PolicyVocabulary {
  hasFallbackReceiver: boolean;
  /** True where it is known that the configuration has no signing key. */
  isKeyMissing?: boolean;
  /** Schedules are followed from here, Unix ms. */
  nowMs: number;
}

/** What was looked at, and everything found, in the order of files and lines. */
export interface LintResult {
  policies: number;
  findings: Finding[];
}

/** Lints the files as one set of policies, as they would be in force together. */
export function lintFiles(files: readonly PolicyFile[], settings: LintSettings): LintResult {
  const read = files.map((file) => readFile(file, settings));
  const placed = read.flatMap(({ policies }) => policies);
  const faults = [...read.flatMap(({ faults }) => faults), ...sharedNames(placed)];
  const context = { policies: placed.map(({ policy }) => policy), ...settings };
  const findings: Finding[] = [
    ...faults.map((fault) => ({ severity: 'error' as const, ...fault })),
    ...lint(context).flatMap(({ policy, path, ...found }) => {
      const place = placed[policy];
      if (place === undefined) return [];
      return [{ ...found, file: place.file, line: place.lineOf(path), field: path.map(String).join('.') }];
    }),
  ];
  const order = new Map(files.map(({ name }, index) => [name, index]));
  findings.sort((a, b) => (order.get(a.file) ?? 0) - (order.get(b.file) ?? 0) || (a.line ?? 0) - (b.line ?? 0));
  return { policies: placed.length, findings };
}

function readFile(file: PolicyFile, vocabulary: PolicyVocabulary) {
  if ('text' in file) return placePolicies(file.name, file.text, vocabulary);
  const message = `cannot be read (${file.unreadable})`;
  const fix = 'Name a file of policies that this user may read.';
  const fault: PlacedFault = { file: file.name, field: '', code: 'unreadable', message, fix };
  return { policies: [], faults: [fault] };
}

/** A set with a name used twice is refused whole. */
function sharedNames(placed: readonly PlacedPolicy[]): PlacedFault[] {
  const owners = new Map<string, PlacedPolicy>();
  return placed.flatMap((place) => {
    const { name } = place.policy.metadata;
    const owner = owners.get(name);
    if (owner === undefined) {
      owners.set(name, place);
      return [];
    }
    return [
      {
        ...{ code: 'duplicateName' as const, file: place.file, line: place.lineOf(['metadata', 'name']) },
        field: 'metadata.name',
        message: `${name} is taken by ${owner.file}:${owner.lineOf(['metadata', 'name'])}`,
        fix: 'Give each policy a name of its own.',
      },
    ];
  });
}
