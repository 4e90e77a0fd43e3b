import { dirname, join } from 'node:path';
import { caseOf } from './case-of.ts';
import type { PolicyCase } from './policy-case.ts';
import { type ReadTestFile, readTestFile } from './read-file.ts';
import { type PolicyDocument, policyDocuments } from './test-policies.ts';

/** The tests of one file, or every fault that keeps them from being played. */
export interface Suite {
  file: string;
  /** Files of the policies that are tested. */
  policyFiles: string[];
  cases: PolicyCase[];
  /** `<file>:<line> <field>: what is wrong`. */
  faults: string[];
}

/** Reads a file of tests and the policies it names; `readText` throws as readFileSync does. */
export function readSuite(file: string, readText: (path: string) => string): Suite {
  const suite: Suite = { file, policyFiles: [], cases: [], faults: [] };
  const text = textOf(file, readText);
  if (text.kind === 'unreadable') return { ...suite, faults: [text.fault] };
  const read = readTestFile(file, text.text);
  if ('faults' in read) return { ...suite, faults: read.faults };
  const policyFiles = policyFilesOf(file, read, readText);
  const documents = documentsOf(policyFiles, read, readText);
  if (documents.faults.length > 0) return { ...suite, policyFiles, faults: documents.faults };
  const cases = read.fields.tests.map((_, index) => caseOf({ file, read, documents: documents.documents }, index));
  const faults = [...sharedNames(read), ...cases.flatMap((found) => found.faults)];
  return {
    ...suite,
    policyFiles,
    faults: [...new Set(faults)],
    cases: faults.length > 0 ? [] : cases.flatMap(({ ready }) => (ready === undefined ? [] : [ready])),
  };
}

type Text = { kind: 'text'; text: string } | { kind: 'unreadable'; fault: string };

function textOf(path: string, readText: (path: string) => string): Text {
  try {
    return { kind: 'text', text: readText(path) };
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? (cause as Error).message;
    return { kind: 'unreadable', fault: `${path}: cannot be read (${code})` };
  }
}

/** The policies that the file names, or the one that it stands beside. */
function policyFilesOf(file: string, { fields }: ReadTestFile, readText: (path: string) => string): string[] {
  if (fields.policies !== undefined) return fields.policies.map((name) => join(dirname(file), name));
  const beside = ['.yaml', '.yml'].map((ending) => file.replace(/\.test\.ya?ml$/, ending));
  return [beside.find((path) => path !== file && textOf(path, readText).kind === 'text') ?? beside[0] ?? file];
}

function documentsOf(files: readonly string[], { fields, fault }: ReadTestFile, readText: (path: string) => string) {
  const documents: PolicyDocument[] = [];
  const faults: string[] = [];
  for (const [index, path] of files.entries()) {
    const at = fields.policies === undefined ? [] : ['policies', index];
    const text = textOf(path, readText);
    if (text.kind === 'unreadable') {
      faults.push(fault(at, `${text.fault}; name the policies that are tested: policies: [crash-loop.yaml]`));
      continue;
    }
    const read = policyDocuments(path, text.text);
    faults.push(...read.faults);
    for (const document of read.documents) {
      const taken = documents.find(({ name }) => name === document.name);
      if (taken !== undefined) faults.push(fault(at, `${path}: the name ${document.name} is taken by ${taken.file}`));
      documents.push(document);
    }
  }
  return { documents, faults };
}

function sharedNames({ fields, fault }: ReadTestFile): string[] {
  const names = fields.tests.map(({ name }) => name);
  return names.flatMap((name, index) =>
    names.indexOf(name) === index
      ? []
      : [fault(['tests', index, 'name'], 'another test of the file has the same name')],
  );
}
