import { sentenceOf } from '../../config/faults.ts';
import { guardLimits } from '../../config/guard-limits.ts';
import { guardSection } from '../../config/guard-schema.ts';
import { valueAt } from '../../config/yaml-text.ts';
import { switchesOf } from '../../worker/guard-limits.ts';
import type { TestFields } from './format/file.ts';
import { hint } from './format/mapping.ts';
import { merged } from './merge.ts';
import type { CaseCluster, PolicyCase, PolicyChange } from './policy-case.ts';
import type { ReadTestFile } from './read-file.ts';
import { type Draft, referenceFaults } from './references.ts';
import { type ChangeFault, changed, type PolicyDocument, policiesOf } from './test-policies.ts';

type Path = readonly PropertyKey[];

/** A Monday, at a time of day when nothing is special. */
const defaultStartMs = Date.parse('2026-03-02T10:00:00Z');

const defaultCluster: CaseCluster = {
  nodes: ['a', 'b', 'c'].map((zone, index) => ({ name: `n${index + 1}`, zone, cordoned: false })),
  namespaces: [],
  workloads: [],
  jobs: [],
  autoscalers: [],
  disruptionBudgets: [],
  faults: [],
};

/** A file of tests with its policies. */
export interface Source {
  file: string;
  read: ReadTestFile;
  documents: readonly PolicyDocument[];
}

/** The test of that index, with everything that the file says for all of them. */
export function caseOf({ file, read, documents }: Source, index: number): { ready?: PolicyCase; faults: string[] } {
  const { fields, fault, lineOf } = read;
  const at = ['tests', index];
  const test = testAt(read, index);
  const cluster = clusterOf(fields.cluster, test.cluster);
  const prometheus = test.prometheus ?? fields.prometheus ?? [];
  const changes = policyChanges(read, index, documents);
  const guard = guardOf(read, index);
  const pathOf: Draft['pathOf'] = (key, list) => {
    const inner: unknown = test[key];
    const isOwn = inner !== undefined && (list === undefined || valueAt(inner, [list]) !== undefined);
    return [...(isOwn ? at : []), key, ...(list === undefined ? [] : [list])];
  };
  const { policies } = changes.changes.at(-1) ?? { policies: [] };
  const wrong = referenceFaults({ test, cluster, policies, prometheus, at, pathOf });
  const faults = [...changes.faults, ...guard.faults, ...wrong.map(({ path, message }) => fault(path, message))];
  const [first, ...edits] = changes.changes;
  if (faults.length > 0 || first === undefined || guard.section === undefined) return { faults };
  const ready: PolicyCase = {
    ...{ file, line: lineOf([...at, 'name']), name: test.name, cluster, prometheus, edits },
    startMs: test.start ?? fields.start ?? defaultStartMs,
    policies: first.policies,
    limits: guardLimits({ guard: guard.section }),
    switches: switchesOf({ guard: guard.section }),
    events: test.events,
    forMs: test.for,
    expect: test.expect,
  };
  return { ready, faults: [] };
}

function testAt({ fields }: ReadTestFile, index: number): TestFields {
  const test = fields.tests[index];
  if (test === undefined) throw new Error(`there is no test ${index}`);
  return test;
}

/** The mapping's own keys stand before the file's and the usual ones. */
function clusterOf(...layers: readonly (object | undefined)[]): CaseCluster {
  const given = layers.flatMap((layer) => Object.entries(layer ?? {}).filter(([, value]) => value !== undefined));
  return { ...defaultCluster, ...Object.fromEntries(given) };
}

/** The policies at the beginning and after each edit, with every fault that `set` or an edit brings in. */
function policyChanges(read: ReadTestFile, index: number, documents: readonly PolicyDocument[]) {
  const { fields, fault } = read;
  const { set, events } = testAt(read, index);
  const changes: PolicyChange[] = [];
  const faults: string[] = [];
  const add = (atMs: number, now: readonly PolicyDocument[], place: (path: Path) => Path) => {
    const { policies, faults: found } = policiesOf(now);
    changes.push({ atMs, policies });
    faults.push(...found.map(({ path, message }: ChangeFault) => fault(place(path), message)));
  };
  let current = documents.map((document) => changed(changed(document, fields.set), set));
  add(0, current, (path) => {
    const isOwn = set !== undefined && (fields.set === undefined || valueAt(set, path.slice(0, 1)) !== undefined);
    return [...(isOwn ? ['tests', index] : []), 'set', ...path];
  });
  const order = [...events.entries()].sort(([, a], [, b]) => a.at - b.at);
  for (const [number, event] of order) {
    if (event.kind !== 'edit') continue;
    const at = ['tests', index, 'events', number];
    const { edit, policy } = event;
    const names = documents.map(({ name }) => name);
    if (policy !== undefined && !names.includes(policy))
      faults.push(fault([...at, 'policy'], `there is no policy ${policy}${hint(policy, names)}`));
    current = current.map((document) =>
      policy === undefined || policy === document.name ? changed(document, edit) : document,
    );
    if (faults.length === 0) add(event.at, current, (path) => [...at, 'edit', ...path]);
  }
  return { changes, faults };
}

/** The guard section of the configuration that the test plays with. */
function guardOf({ fields, fault }: ReadTestFile, index: number) {
  const own = fields.tests[index]?.guard;
  const given = merged(fields.guard ?? {}, own);
  const parsed = guardSection.safeParse(given);
  if (parsed.success) return { section: parsed.data, faults: [] };
  const known = Object.keys(guardSection.shape);
  const faults = parsed.error.issues.map((issue) => {
    const isOwn =
      own !== undefined && (fields.guard === undefined || valueAt(own, issue.path.slice(0, 1)) !== undefined);
    const message = sentenceOf(issue, valueAt(given, issue.path), issue.path.length === 0 ? known : []);
    return fault([...(isOwn ? ['tests', index] : []), 'guard', ...issue.path], message);
  });
  return { faults };
}
