import { describe, expect, it } from '@jest/globals';
import { readSuite } from '../../../simulation/policy-test/index.ts';
import { actionNames } from '../../support/action-names.ts';
import { aPolicyText, suiteOf } from './files.ts';

/** A suite with one test over shop/checkout; the lines are put into the test. */
const testWith = (...lines: string[]) =>
  [
    'cluster: { workloads: [{ namespace: shop, name: checkout }] }',
    'tests:',
    '  - name: it heals',
    ...(lines.some((line) => line.startsWith('events'))
      ? []
      : ['    events: [{ at: 1m, alert: A, about: shop/checkout/0 }]']),
    ...(lines.some((line) => line.startsWith('expect')) ? [] : ['    expect: { acts: none }']),
    '    for: 1h',
    ...lines.map((line) => `    ${line}`),
  ].join('\n');

const faultsOf = (...lines: string[]) => suiteOf(testWith(...lines)).faults.join('\n');

describe('the names in a test', () => {
  it.each([
    [
      'a workload that is not there',
      'events: [{ at: 1m, alert: A, about: shop/chekout/0 }]',
      'events[0].about: there is no workload shop/chekout in the cluster; did you mean shop/checkout?',
    ],
    [
      'a kind that the workload has not',
      'events: [{ at: 1m, rollout: shop/StatefulSet/checkout }]',
      'there is no workload shop/StatefulSet/checkout in the cluster; possible are shop/Deployment/checkout',
    ],
    [
      'a pod beyond the last one',
      'events: [{ at: 1m, alert: A, about: shop/checkout/3 }]',
      'events[0].about: checkout has the pods 0 to 2',
    ],
    [
      'an event after the end',
      'events: [{ at: 2h, alert: A }]',
      'events[0].at: comes after the test has ended; see for',
    ],
    [
      'an answer to an alert that never fires',
      'events: [{ at: 1m, alert: Crash }, { at: 2m, acknowledge: Crahs }]',
      'events[1].acknowledge: there is no alert Crahs; did you mean Crash?',
    ],
    [
      'the end of a pause that never began',
      'events: [{ at: 1m, pause: migration }, { at: 2m, resume: migratoin }]',
      'events[1].resume: there is no pause migratoin; did you mean migration?',
    ],
    [
      'a fault on a node that is not there',
      'cluster: { faults: [{ node: n9, shape: Error }] }',
      'cluster.faults[0].node: there is no node n9; did you mean n1?',
    ],
    [
      'a fault that ends before it begins',
      'cluster: { faults: [{ node: n1, shape: Error, from: 5m, until: 2m }] }',
      'faults[0].until: must come after from',
    ],
    [
      'a policy that is not tested',
      'expect: { runs: [{ policy: crashloop }] }',
      'runs[0].policy: there is no policy crashloop; did you mean crash-loop?',
    ],
    [
      'an act on nothing',
      'expect: { acts: [{ action: evictPod, on: shop/x }] }',
      'acts[0].on: there is no workload shop/x',
    ],
    [
      'an answer about nothing',
      'prometheus: [{ contains: up, about: shop/x }]',
      'prometheus[0].about: there is no workload shop/x',
    ],
    [
      'an edit of another policy',
      'events: [{ at: 1m, edit: { mode: Auto }, policy: crashloop }]',
      'events[0].policy: there is no policy crashloop; did you mean crash-loop?',
    ],
  ])('must mean something: %s', (_, line, fault) => {
    expect(faultsOf(line)).toContain(fault);
    expect(faultsOf(line)).toMatch(/^policy\.test\.yaml:\d+ tests\[0\]\./);
  });

  it('must be told apart by kind where two workloads have one name', () => {
    const twins =
      'cluster: { workloads: [{ namespace: shop, name: a }, { kind: StatefulSet, namespace: shop, name: a }] }';
    const faults = (place: string) => faultsOf(twins, `events: [{ at: 1m, alert: A, about: ${place} }]`);
    expect(faults('shop/a/0')).toContain('write the kind as well: Deployment or StatefulSet');
    expect(faults('shop/StatefulSet/a/0')).toBe('');
  });

  it('need a cluster with a workload', () => {
    const text = testWith()
      .replace(/^cluster.*\n/, '')
      .replace(', about: shop/checkout/0', '');
    expect(suiteOf(text).faults).toEqual([
      'policy.test.yaml:2 tests[0].name: has no cluster.workloads, here or for the whole file',
    ]);
  });

  it('are each other’s in no file', () => {
    const one = testWith();
    const twice = `${one}\n${one.split('\n').slice(2).join('\n')}`;
    expect(suiteOf(twice).faults).toEqual([
      'policy.test.yaml:7 tests[1].name: another test of the file has the same name',
    ]);
  });
});

describe('what a test changes', () => {
  it('is merged into the policies, and the cluster of the test into that of the file', () => {
    const { cases, faults } = suiteOf(
      `set: { mode: DryRun, guards: { cooldown: 20m } }\n${testWith('set: { guards: { minReady: 0 } }', 'cluster: { nodes: [{ name: only }] }')}`,
    );
    expect(faults).toEqual([]);
    const [policyCase] = cases;
    const spec = policyCase?.policies[0]?.spec;
    expect(spec).toMatchObject({ mode: 'DryRun', guards: { cooldown: 1_200_000, minReady: 0, sameFailure: 5 } });
    expect(policyCase?.cluster).toMatchObject({ nodes: [{ name: 'only' }], workloads: [{ name: 'checkout' }] });
  });

  it.each([
    [
      'set',
      'set: { guards: { cooldwon: 5m } }',
      'tests[0].set.guards.cooldwon: is not a setting; did you mean cooldown? (in policy crash-loop)',
    ],
    [
      'an edit',
      'events: [{ at: 1m, edit: { steps: [{ evict: {} }] } }]',
      `tests[0].events[0].edit.steps[0].evict: a step names one action of ${actionNames}`,
    ],
    ['guard', 'guard: { budgit: { burst: 1 } }', 'tests[0].guard: budgit is not a setting; did you mean budget?'],
    ['guard, deeper', 'guard: { budget: { burst: 0 } }', 'tests[0].guard.budget.burst: must be at least 1, is 0'],
  ])('is judged as its own schema does: %s', (_, line, fault) => {
    expect(faultsOf(line)).toContain(fault);
  });

  it('in the file is named where it stands', () => {
    expect(suiteOf(`set: { mod: Auto }\n${testWith()}`).faults).toEqual([
      'policy.test.yaml:1 set.mod: is not a setting; did you mean mode? (in policy crash-loop)',
    ]);
  });
});

describe('the policies of a file of tests', () => {
  const read = (files: Record<string, string>) => (path: string) => {
    const text = files[path];
    if (text === undefined) throw Object.assign(new Error(path), { code: 'ENOENT' });
    return text;
  };

  it('are those that it names, from its own folder, or else the file of the same name', () => {
    const files = { 'p/x.test.yaml': testWith(), 'p/x.yml': aPolicyText, 'y.yaml': aPolicyText };
    expect(readSuite('p/x.test.yaml', read(files)).policyFiles).toEqual(['p/x.yml']);
    const named = { ...files, 'p/x.test.yaml': `policies: [../y.yaml]\n${testWith()}` };
    expect(readSuite('p/x.test.yaml', read(named))).toMatchObject({ policyFiles: ['y.yaml'], faults: [] });
  });

  it.each([
    ['is not there', {}, 'x.test.yaml:1: x.yaml: cannot be read (ENOENT); name the policies that are tested'],
    ['holds none', { 'x.yaml': '# nothing' }, 'x.yaml: holds no policy'],
    [
      'has faults',
      { 'x.yaml': aPolicyText.replace('mode: Auto', 'mode: Automatic') },
      'x.yaml:5 spec.mode: must be one of',
    ],
  ])('are faults of the suite when the file %s', (_, files, fault) => {
    const { cases, faults } = readSuite('x.test.yaml', read({ 'x.test.yaml': testWith(), ...files }));
    expect(cases).toEqual([]);
    expect(faults.join('\n')).toContain(fault);
  });

  it('have names of their own', () => {
    const files = {
      'x.test.yaml': `policies: [a.yaml, b.yaml]\n${testWith()}`,
      'a.yaml': aPolicyText,
      'b.yaml': aPolicyText,
    };
    expect(readSuite('x.test.yaml', read(files)).faults).toEqual([
      'x.test.yaml:1 policies[1]: b.yaml: the name crash-loop is taken by a.yaml',
    ]);
  });

  it('are of no interest when the file itself cannot be read', () => {
    expect(readSuite('x.test.yaml', read({})).faults).toEqual(['x.test.yaml: cannot be read (ENOENT)']);
  });
});
