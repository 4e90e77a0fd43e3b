import { describe, expect, it } from '@jest/globals';
import { readTestFile } from '../../../simulation/policy-test/read-file.ts';
import { actionNames } from '../../support/action-names.ts';

const faultsOf = (text: string) => {
  const read = readTestFile('a.test.yaml', text);
  return 'faults' in read ? read.faults : [];
};

/** A file with one good test, in which one line is another. */
const withLine = (line: string, instead: string) => {
  const good = [
    'policies: [crash-loop.yaml]',
    'tests:',
    '  - name: it heals',
    '    cluster:',
    '      workloads: [{ namespace: shop, name: checkout }]',
    '      faults: [{ pod: shop/checkout/0, shape: CrashLoopBackOff, from: -5m }]',
    '    events: [{ at: 1m, alert: PodCrashLooping, about: shop/checkout/0 }]',
    '    for: 1h',
    '    expect: { runs: [{ outcome: remediated, steps: [evictPod kept] }] }',
  ];
  const index = good.findIndex((text) => text.trim().startsWith(line));
  return good.map((text, at) => (at === index ? text.replace(/\S.*/, instead) : text)).join('\n');
};

describe('a file of tests', () => {
  it('is taken as it should be', () => {
    expect(faultsOf(withLine('for', 'for: 1h'))).toEqual([]);
  });

  it.each([
    ['a misspelt key', 'policies', 'polices: [a.yaml]', '1 polices: is not a setting; did you mean policies?'],
    ['a key of nothing', 'for', 'x: 1', '8 tests[0].x: is not a setting; possible are name, set,'],
    ['a key too few', 'for', '# nothing', '3 tests[0].for: is required'],
    ['a time without unit', 'for', 'for: "1"', '8 tests[0].for: must be a duration such as 30s, 10m or 1h30m, is "1"'],
    [
      'a kind of workload that is none',
      'workloads',
      'workloads: [{ kind: Deploymnt, namespace: shop, name: a }]',
      '5 tests[0].cluster.workloads[0].kind: must be one of Deployment, StatefulSet, DaemonSet, ReplicaSet, is "Deploymnt"; did you mean Deployment?',
    ],
    [
      'a fault that is nowhere',
      'faults',
      'faults: [{ pods: shop/checkout/0, shape: Error }]',
      '6 tests[0].cluster.faults[0]: a fault has one of pod, node, workload, job; pods is none; did you mean pod?',
    ],
    [
      'a fault that shows in no way',
      'faults',
      'faults: [{ pod: shop/checkout/0, shape: CrashLoopBackoff }]',
      'is "CrashLoopBackoff"; did you mean CrashLoopBackOff?',
    ],
    [
      'a pod without its place',
      'faults',
      'faults: [{ pod: shop/checkout, shape: Error }]',
      '6 tests[0].cluster.faults[0].pod: must be written shop/checkout/0 for a pod',
    ],
    [
      'a workload of two names',
      'faults',
      'faults: [{ workload: shop/a/b/c, shape: Error }]',
      'must be written shop/checkout or shop/Deployment/checkout for a workload',
    ],
    [
      'a time that is none',
      'faults',
      'faults: [{ node: n1, shape: Error, from: soon }]',
      'from: must be a time such as 0s, 90s or 1h30m; -5m is before the beginning',
    ],
    ['an event without a time', 'events', 'events: [{ alert: A }]', '7 tests[0].events[0].at: is required'],
    [
      'an event of an unknown kind',
      'events',
      'events: [{ at: 1m, acknowlege: A }]',
      'acknowlege is none; did you mean acknowledge?',
    ],
    ['two events in one', 'events', 'events: [{ at: 1m, alert: A, pause: b }]', 'this one has alert and pause'],
    ['an event in which nothing happens', 'events', 'events: [{ at: 1m }]', 'this one has none'],
    [
      'a key that belongs to another kind of event',
      'events',
      'events: [{ at: 1m, pause: why, labels: {} }]',
      '7 tests[0].events[0].labels: is not a setting; possible are at, who, pause',
    ],
    [
      'an action that there is not',
      'events',
      'events: [{ at: 1m, approve: rolloutRestrat }]',
      `must be one of ${actionNames}, is "rolloutRestrat"; did you mean rolloutRestart?`,
    ],
    [
      'an outcome that there is not',
      'expect',
      'expect: { runs: [{ outcome: remedied }] }',
      '9 tests[0].expect.runs[0].outcome: must be one of remediated,',
    ],
    [
      'a reason that there is not',
      'expect',
      'expect: { runs: [{ refused: [coolingdown] }] }',
      'is "coolingdown"; did you mean coolingDown?',
    ],
    [
      'a step whose result there is not',
      'expect',
      'expect: { runs: [{ steps: [evictPod keept] }] }',
      '"evictPod keept" has a wrong result: must be one of kept, unhealthy, failed, dryRun, is "keept"; did you mean kept?',
    ],
    ['a message without its kind', 'expect', 'expect: { told: [oncall] }', 'told[0]: "oncall" has no kind'],
    [
      'a word where a list belongs',
      'expect',
      'expect: { acts: nothing }',
      'expect.acts: must be an array, is "nothing"',
    ],
    ['an expectation of nothing', 'expect', 'expect: {}', 'must say what is expected: runs, acts or told'],
  ])('is refused for %s', (_, line, instead, fault) => {
    const faults = faultsOf(withLine(line, instead));
    expect(faults.join('\n')).toContain(fault);
    expect(faults[0]).toMatch(/^a\.test\.yaml:\d+/);
  });

  it('names every fault at once, in the order of its lines', () => {
    const text = withLine('policies', 'polices: [a.yaml]').replace('for: 1h', 'for: x').replace('at: 1m', 'at: y');
    expect(faultsOf(text).map((fault) => fault.split(':')[1]?.split(' ')[0])).toEqual(['1', '7', '8']);
  });

  it.each([
    ['is no YAML', 'tests: [', 'a.test.yaml:1: Flow sequence'],
    ['is a list', '- a', 'a.test.yaml:1: must be a mapping'],
    ['is too large', `# ${'x'.repeat(300_000)}`, 'a.test.yaml: is larger than 256 KiB'],
  ])('that %s is refused as a whole', (_, text, fault) => {
    expect(faultsOf(text).join('\n')).toContain(fault);
  });
});
