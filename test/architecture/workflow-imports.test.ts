import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { sourceFiles } from './source-files.ts';

/**
 * What workflow code may take from `domain/` as a value, and why a change of it cannot break the replay of a run that is
 * under way. Rules that may change are called from activities instead: their result is history.
 */
const allowed: Record<string, string> = {
  // Names: changing one breaks more than replay, and is never done.
  'run/contract': 'ids, queues and message names, on which processes agree',
  // Words for people: no command depends on them.
  'text/duration': 'words for a time',
  'text/plain-text': 'words without control characters',
  'guard/storm-message': 'whether the fold says that a storm began or ended, and its words',
  'policy/template': 'words of a message',
  'run/details': 'words for the Web UI',
  'run/timeline': 'which lines of a timeline are kept',
  'run/start': 'what a run is started with',
  'analysis/explain': 'the shape of a request; an explanation lives for seconds',
  // Shapes and keys: pure functions of recorded data, which decide nothing.
  'run/approval': 'the digest of a question, over recorded data',
  'run/recorded': 'what of an assessment is kept',
  'target/target': 'a label and a key of a target',
  'policy/promql-placeholders': 'which labels of the alert an activity is handed',
  'guard/gauges': 'numbers for metrics',
  // The sequence itself: a change of these needs patched() (docs/upgrading.md).
  'run/backoff': 'how long a timer runs, never whether there is one',
  'run/refusals': 'after which codes of a failed act the next step is tried, and their reasons',
  'alert/episode': 'which firing belongs to which episode: the fold over deliveries',
  'guard/permit': 'the shape of a request, and when an escalation looks again after a hold',
  'run/messages': 'the shape of messages that a run takes, and which alerts that joined it answers for as it ends',
  'text/shapes': 'whether a message can be read at all',
  'guard/messages': 'what is taken out of a message: its result is an effect in the state',
  'guard/pauses': 'whether the fold says that the time of a pause is over',
  'guard/recall': 'the fold over what was found of the guard before',
  'guard/incidents': 'whether the fold says that an incident began, and its words',
  'guard/unknown-clusters': 'whether the fold says that a cluster is unknown, and its words',
  'run/way-back': 'which refusals the sweep is asked for',
  'guard/state': 'the fold over effects that activities decided and history holds',
  'policy/plan': 'which modes never act',
  'policy/switches': 'which of two modes is the stricter',
};

/** Packages in the bundle of the workflows. Policies and queries are read outside: their parsers are none of these. */
const bundled = ['@noble/hashes', '@temporalio/common', '@temporalio/workflow', 'zod'];

/** `file → module` for each value that the text imports from domain/. */
function imports(path: string, text: string): string[] {
  const found = [...text.matchAll(/^import (?!type\b)([^;]*?) from '\.\.\/domain\/([^']+)\.ts';$/gms)];
  return found.flatMap(([, what = '', module = '']) => {
    const isTypesOnly = /^\{[^}]*\}$/s.test(what) && what.slice(1, -1).split(',').every(isTypeOrNothing);
    return isTypesOnly ? [] : [`${path} → ${module}`];
  });
}

/** Where each value that the text imports or hands on comes from. */
function valueSources(text: string): string[] {
  const found = [...text.matchAll(/^(?:import|export) (?!type\b)([^;]*?) from '([^']+)';$/gms)];
  return found.flatMap(([, what = '', source = '']) => {
    const isTypesOnly = /^\{[^}]*\}$/s.test(what) && what.slice(1, -1).split(',').every(isTypeOrNothing);
    return isTypesOnly ? [] : [source];
  });
}

/** The packages that the files reach through each other. */
function packagesFrom(paths: readonly string[], texts: ReadonlyMap<string, string>): string[] {
  const reached = new Set(paths);
  const packages = new Set<string>();
  for (const path of reached) {
    for (const source of valueSources(texts.get(path) ?? '')) {
      if (source.startsWith('.')) reached.add(join(dirname(path), source));
      else packages.add(source.split('/', source.startsWith('@') ? 2 : 1).join('/'));
    }
  }
  return [...packages].sort();
}
const isTypeOrNothing = (name: string) => name.trim() === '' || name.trim().startsWith('type ');

const moduleOf = (line: string) => line.split(' → ')[1] ?? '';

describe('workflow code', () => {
  const taken = sourceFiles(['workflows']).flatMap(({ path, text }) => imports(path, text));

  it('takes no rule from domain/ that may change: such rules run in activities', () => {
    expect(taken.filter((line) => !(moduleOf(line) in allowed))).toEqual([]);
  });

  it('takes everything that the list allows', () => {
    const used = new Set(taken.map(moduleOf));
    expect(Object.keys(allowed).filter((name) => !used.has(name))).toEqual([]);
  });

  it('bundles no parser of policies or queries, whatever it reaches in domain/', () => {
    const files = sourceFiles(['workflows', 'domain']);
    const paths = files.filter(({ path }) => path.startsWith('workflows/')).map(({ path }) => path);
    const texts = new Map(files.map(({ path, text }) => [path, text]));
    expect(packagesFrom(paths, texts)).toEqual(bundled);
    // A file that reads queries brings the grammar: the walk sees it.
    expect(packagesFrom(['domain/policy/promql.ts'], texts)).toContain('@prometheus-io/lezer-promql');
  });

  it('is read right: a rule that is imported as a value is seen, a type is not', () => {
    const text = (names: string) => `import ${names} from '../domain/approval-need.ts';`;
    expect(imports('w.ts', text('{ needsApproval }'))).toEqual(['w.ts → approval-need']);
    expect(imports('w.ts', text('{ type A, needsApproval }'))).toEqual(['w.ts → approval-need']);
    expect(imports('w.ts', text('{ type A }'))).toEqual([]);
    expect(imports('w.ts', text('type { A }'))).toEqual([]);
  });
});
