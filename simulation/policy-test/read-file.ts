import type { z } from 'zod';
import { sentenceOf } from '../../config/faults.ts';
import { parseConfigFile } from '../../config/file.ts';
import { valueAt } from '../../config/yaml-text.ts';
import { type TestFile, testFileSchema } from './format/file.ts';
import { strangers } from './format/mapping.ts';

type Path = readonly PropertyKey[];

/** A file of tests whose shape is right; whether its names mean something is asked later. */
export interface ReadTestFile {
  fields: TestFile;
  lineOf(path: Path): number;
  /** The fault as one line: `<file>:<line> <field>: what is wrong`. */
  fault(path: Path, message: string): string;
}

/** Reads the text of a file of tests; every fault of its shape is reported, with file, line and field. */
export function readTestFile(file: string, text: string): ReadTestFile | { faults: string[] } {
  const { values, faults, lineOf } = parseConfigFile(file, text);
  if (faults.length > 0) return { faults };
  const fault = (path: Path, message: string) =>
    `${file}:${lineOf(path)}${path.length === 0 ? '' : ` ${fieldAt(path)}`}: ${message}`;
  const parsed = testFileSchema.safeParse(values);
  if (parsed.success) return { fields: parsed.data, lineOf, fault };
  const found = parsed.error.issues.flatMap((issue) => faultsOf(issue, values));
  found.sort((a, b) => lineOf(a.path) - lineOf(b.path));
  return { faults: found.map(({ path, message }) => fault(path, message)) };
}

function faultsOf(issue: z.core.$ZodIssue, values: unknown): { path: Path; message: string }[] {
  const { path } = issue;
  if (issue.code !== 'unrecognized_keys') return [{ path, message: sentenceOf(issue, valueAt(values, path), []) }];
  return strangers(issue).map(({ key, message }) => ({ path: [...path, key], message }));
}

/** `tests[0].events[2].at`. */
const fieldAt = (path: Path): string =>
  path.reduce<string>((before, key) => {
    if (typeof key === 'number') return `${before}[${key}]`;
    return before === '' ? String(key) : `${before}.${String(key)}`;
  }, '');
